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
  LEFT JOIN LATERAL (
    SELECT first_name, last_name, email, deleted_at FROM users
     WHERE partner_id = a.partner_id AND id = a.actor_id AND a.actor_kind <> 'staff'
     UNION ALL
    SELECT first_name, last_name, email, NULL FROM super_admin WHERE id = a.actor_id AND a.actor_kind = 'staff'
  ) u ON true
  LEFT JOIN workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id
 WHERE {FITS} ORDER BY a.id DESC LIMIT $10
"""


async def list_log(ctx: StaffContext, asked: LogFilters, most: int) -> list[LogEntry]:
    """Return up to `most` entries of every partner, the latest first. Here, and here alone, staff have names."""
    return [to_struct(LogEntry, row) for row in await ctx.directory(_LIST, *bounds(asked), most)]
