"""The console's statements on people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.admin.access import StaffContext
from inspralv.admin.user_schemas import UserDetail, UserList, UserRow
from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _

_COLUMNS = """
u.id, u.partner_id, p.name AS partner, u.email, u.first_name, u.last_name, u.status, u.last_login_at, u.created_at,
(SELECT m.role FROM partner_members m WHERE m.partner_id = u.partner_id AND m.user_id = u.id AND m.removed_at IS NULL) AS role,
(SELECT count(*) FROM workspace_members m WHERE m.partner_id = u.partner_id AND m.user_id = u.id
    AND m.removed_at IS NULL) AS workspace_count
"""
_USERS = f"""/* across partners */
WITH matching AS (
  SELECT u.* FROM users u
   WHERE u.deleted_at IS NULL AND ($2::uuid IS NULL OR u.partner_id = $2)
     AND ($1 = '' OR position($1 IN u.email) > 0 OR position($1 IN lower(u.first_name || ' ' || u.last_name)) > 0)
)
SELECT (SELECT count(*) FROM matching) AS total,
       (SELECT name FROM partners WHERE id = $2) AS partner,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.created_at DESC, q.id DESC), '[]') FROM (
          SELECT {_COLUMNS} FROM matching u JOIN partners p ON p.id = u.partner_id
           ORDER BY u.created_at DESC, u.id DESC LIMIT $3 OFFSET $4) q) AS rows
"""  # noqa: S608 - constant columns
_USER = f"""/* across partners */
SELECT to_jsonb(q) AS person FROM (
  SELECT {_COLUMNS}, u.email_verified_at, u.two_factor_since IS NOT NULL AS two_factor,
         (SELECT count(*) FROM passkeys k WHERE k.partner_id = u.partner_id AND k.user_id = u.id) AS passkeys,
         (SELECT count(*) FROM sessions s WHERE s.partner_id = u.partner_id AND s.user_id = u.id AND s.revoked_at IS NULL
             AND s.expires_at > $now) AS sessions,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('name', w.name, 'slug', w.slug, 'role', m.role) ORDER BY w.name), '[]')
            FROM workspace_members m JOIN workspaces w ON w.partner_id = m.partner_id AND w.id = m.workspace_id
           WHERE m.partner_id = u.partner_id AND m.user_id = u.id AND m.removed_at IS NULL
             AND w.deleted_at IS NULL) AS workspaces
    FROM users u JOIN partners p ON p.id = u.partner_id
   WHERE u.partner_id = $1 AND u.id = $2 AND u.deleted_at IS NULL) q
"""  # noqa: S608 - constant columns
_SET_STATUS = """
UPDATE users SET status = $2, updated_at = $now WHERE partner_id = $partner AND id = $1 AND status = $3 AND deleted_at IS NULL
"""


async def list_users(ctx: StaffContext, text: str, partner_id: UUID | None, page: int, size: int) -> UserList:
    """Return one page of people; `text` is looked for in address and name."""
    found: Any = (await ctx.directory(_USERS, text.strip().lower(), partner_id, size, (page - 1) * size))[0]
    return UserList(msgspec.convert(found["rows"], list[UserRow]), found["total"], found["partner"])


async def find_user(ctx: StaffContext, partner_id: UUID, user_id: UUID) -> UserDetail:
    """Return one person. Raises NotFound."""
    rows = await ctx.directory(_USER, partner_id, user_id)
    if not rows:
        raise NotFound(_("There is no such person."))
    return msgspec.convert(rows[0]["person"], UserDetail)


async def set_status(there: Context, user_id: UUID, before: str, after: str) -> bool:
    """Change a status; False when it was not `before`."""
    return bool(await there.execute(_SET_STATUS, user_id, after, before))
