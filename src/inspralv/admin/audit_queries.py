"""The console's statement on the event log."""

from __future__ import annotations

from inspralv.admin.access import StaffContext
from inspralv.audit.log_queries import COLUMNS, FITS, bounds
from inspralv.audit.log_schemas import LogEntry, LogFilters
from inspralv.foundation.db.rows import to_struct

_LIST = f"""/* across partners */
SELECT {COLUMNS}, p.name AS partner
  FROM audit_log a
  JOIN partners p ON p.id = a.partner_id
  LEFT JOIN users u ON u.partner_id = a.partner_id AND u.id = a.actor_id
  LEFT JOIN workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id
 WHERE {FITS} ORDER BY a.id DESC LIMIT $5
"""


async def list_log(ctx: StaffContext, asked: LogFilters, most: int) -> list[LogEntry]:
    """Return up to `most` entries of every partner, the latest first."""
    return [to_struct(LogEntry, row) for row in await ctx.directory(_LIST, *bounds(asked), most)]
