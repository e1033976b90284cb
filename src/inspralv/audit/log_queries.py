"""The event log, read. Entries are found first and then told with the names of who and where, which keeps the search for the
latest ones to the log's own index."""

from __future__ import annotations

from inspralv.audit.log_schemas import LogEntry, LogFilters
from inspralv.foundation.context import Context

COLUMNS = """
a.id, a.created_at, a.action, a.entity_type, a.entity_id, a.actor_kind, a.actor_id, a.acting_as, a.old_values, a.new_values,
       a.ip, a.user_agent, a.request_id, w.name AS workspace, CASE WHEN u.deleted_at IS NULL THEN u.email END AS actor_email,
       nullif(btrim(concat_ws(' ', u.first_name, u.last_name)), '') AS actor_name
"""
# Whether a person is named like what is searched for.
NAMED = "position($4 IN lower(concat_ws(' ', first_name, last_name, email))) > 0"


def latest(whose: str, people: str) -> str:
    """Return the statement of the latest entries that fit. `whose` is the fence, `people` a statement of the ids of those
    who are NAMED like what is searched for."""
    return f"""
SELECT a.* FROM audit_log a
 WHERE {whose} AND a.id >= $1 AND a.id < $2 AND ($3 = '' OR a.entity_type = $3)
   AND ($4 = '' OR position($4 IN lower(concat_ws(' ', a.action, a.entity_id))) > 0 OR a.actor_id IN ({people}))
   AND ($5 = '' OR a.action = $5) AND ($6 = '' OR a.actor_kind = $6) AND ($7::uuid IS NULL OR a.actor_id = $7)
   AND ($8 = '' OR a.entity_id = $8) AND ($9 = '' OR starts_with(a.ip, $9))
 ORDER BY a.id DESC LIMIT $10
"""


def _told(whose: str) -> str:
    found = latest(whose, f"SELECT id FROM users WHERE partner_id = $partner AND {NAMED}")
    return f"""
SELECT {COLUMNS}
  FROM ({found}) a
  LEFT JOIN users u ON u.partner_id = $partner AND u.id = a.actor_id
  LEFT JOIN workspaces w ON w.partner_id = $partner AND w.id = a.workspace_id
 ORDER BY a.id DESC
"""


_OF_PARTNER = _told("a.partner_id = $partner")
_OF_WORKSPACE = _told("a.partner_id = $partner AND a.workspace_id = $workspace")


async def list_of_workspace(ctx: Context, asked: LogFilters, most: int) -> list[LogEntry]:
    """Return up to `most` entries of the workspace, the latest first."""
    return await ctx.fetch_all(LogEntry, _OF_WORKSPACE, *bounds(asked), most)


async def list_of_partner(ctx: Context, asked: LogFilters, most: int) -> list[LogEntry]:
    """Return up to `most` entries of the partner and all of its workspaces, the latest first. The context sees the whole
    partner."""
    return await ctx.fetch_all(LogEntry, _OF_PARTNER, *bounds(asked), most)


def bounds(asked: LogFilters) -> tuple[object, ...]:
    """Return the first nine arguments of every statement on the log."""
    return (
        asked.since, asked.until, asked.kind, asked.search.lower(), asked.action, asked.by, asked.actor, asked.entity_id,
        asked.ip,
    )  # fmt: skip
