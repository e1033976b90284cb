"""The console's statement on the event log."""

from __future__ import annotations

from inspralv.admin.access import StaffContext
from inspralv.audit.log_queries import COLUMNS, NAMED, bounds, latest
from inspralv.audit.log_schemas import LogEntry, LogFilters
from inspralv.foundation.db.rows import to_struct

_NAMED = f"SELECT id FROM users WHERE {NAMED} UNION ALL SELECT id FROM super_admin WHERE {NAMED}"
# The latest of each partner, and of these the latest: the log's index begins with the partner.
_LIST = f"""/* across partners */
SELECT {COLUMNS}, a.partner
  FROM (SELECT p.name AS partner, one.* FROM partners p CROSS JOIN LATERAL ({latest("a.partner_id = p.id", _NAMED)}) one
         ORDER BY one.id DESC LIMIT $10) a
  LEFT JOIN LATERAL (
    SELECT first_name, last_name, email, deleted_at FROM users
     WHERE partner_id = a.partner_id AND id = a.actor_id AND a.actor_kind <> 'staff'
     UNION ALL
    SELECT first_name, last_name, email, NULL FROM super_admin WHERE id = a.actor_id AND a.actor_kind = 'staff'
  ) u ON true
  LEFT JOIN workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id
 ORDER BY a.id DESC
"""


async def list_log(ctx: StaffContext, asked: LogFilters, most: int) -> list[LogEntry]:
    """Return up to `most` entries of every partner, the latest first. Here, and here alone, staff have names."""
    return [to_struct(LogEntry, row) for row in await ctx.directory(_LIST, *bounds(asked), most)]
