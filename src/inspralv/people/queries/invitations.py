"""Invitations of a circle. The token itself is in the mail only; here is its hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.people.circles import PARTNER, WORKSPACE, Circle
from inspralv.people.invitation_schemas import FoundInvitation, InvitationRow, WorkspaceAssignment
from inspralv.tenancy.contexts import SignedInContext

_CIRCLES = (PARTNER, WORKSPACE)
_METADATA = {"partner": "i.metadata", "workspace": "'{}'::jsonb AS metadata"}


def _select(circle: Circle) -> str:
    # One whose time is over counts as expired at once, before the nightly sweep has written it down.
    return f"""
SELECT i.id, i.email, i.role, i.message, i.created_at, i.expires_at, {_METADATA[circle.kind]},
       CASE WHEN i.status = 'pending' AND i.expires_at <= $now THEN 'expired' ELSE i.status END AS status,
       i.status = 'pending' AS waits,
       u.id AS inviter_id, u.email AS inviter_email, u.first_name AS inviter_first_name, u.last_name AS inviter_last_name
  FROM {circle.invitations} i JOIN users u ON u.partner_id = $partner AND u.id = i.invited_by
 WHERE {circle.fence("i")} AND u.partner_id = $partner"""


_LIST = {c.kind: f"{_select(c)} AND i.status = 'pending' ORDER BY i.created_at DESC, i.id DESC" for c in _CIRCLES}
# Whatever waits, and the last fifty that do not any more, in one look.
_ALL = {
    c.kind: f"""
SELECT * FROM ({_select(c)} AND i.status = 'pending') AS waiting
 UNION ALL
SELECT * FROM ({_select(c)} AND i.status <> 'pending' ORDER BY i.updated_at DESC, i.id DESC LIMIT 50) AS past
 ORDER BY created_at DESC, id DESC
"""
    for c in _CIRCLES
}
_FIND = {c.kind: f"{_select(c)} AND i.id = $1 FOR UPDATE OF i" for c in _CIRCLES}
_EXPIRE = {
    c.kind: f"UPDATE {c.invitations} i SET status = 'expired', updated_at = $now"
    f" WHERE {c.fence('i')} AND i.status = 'pending' AND i.expires_at <= $now AND i.email = $1"
    for c in _CIRCLES
}
_ADD = {
    "partner": """
INSERT INTO partner_invitations (partner_id, id, email, role, token_hash, message, invited_by, metadata, created_at,
                                 updated_at, expires_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $8, $now, $now, $7)
ON CONFLICT (partner_id, email) WHERE status = 'pending' DO NOTHING
""",
    "workspace": """
INSERT INTO workspace_invitations (partner_id, workspace_id, id, email, role, token_hash, message, invited_by, created_at,
                                   updated_at, expires_at)
VALUES ($partner, $workspace, $1, $2, $3, $4, $5, $6, $now, $now, $7)
ON CONFLICT (partner_id, workspace_id, email) WHERE status = 'pending' DO NOTHING
""",
}
_RENEW = {
    c.kind: f"UPDATE {c.invitations} i SET token_hash = $2, expires_at = $3, status = 'pending', updated_at = $now,"
    f" invited_by = $4 WHERE {c.fence('i')} AND i.id = $1"
    for c in _CIRCLES
}
_CANCEL = {
    c.kind: f"UPDATE {c.invitations} i SET status = 'cancelled', updated_at = $now WHERE {c.fence('i')} AND i.id = $1"
    for c in _CIRCLES
}
# What somebody sent who by now may not: a right that they neither have in the circle nor through the partner. Whoever is
# suspended or gone has none, whatever their memberships say.
_ACTS = "JOIN users u ON u.partner_id = $partner AND u.id = m.user_id AND u.status = 'active' AND u.deleted_at IS NULL"
_CANCEL_UNBACKED_PARTNER = f"""
UPDATE partner_invitations i SET status = 'cancelled', updated_at = $now
 WHERE i.partner_id = $partner AND i.status = 'pending' AND i.invited_by = $1
   AND NOT EXISTS (SELECT 1 FROM partner_members m {_ACTS}
                    WHERE m.partner_id = $partner AND m.user_id = $1 AND m.removed_at IS NULL
                      AND (m.role = 'owner' OR (m.role = 'admin' AND i.role <> 'owner')))
RETURNING i.id, i.email, i.role, NULL::uuid AS workspace_id
"""
_CANCEL_UNBACKED_WORKSPACE = {
    c.kind: f"""
UPDATE workspace_invitations i SET status = 'cancelled', updated_at = $now
 WHERE i.partner_id = $partner AND i.workspace_id {where} AND i.status = 'pending' AND i.invited_by = $1
   AND NOT EXISTS (SELECT 1 FROM partner_members m {_ACTS}
                    WHERE m.partner_id = $partner AND m.user_id = $1 AND m.removed_at IS NULL
                      AND m.role IN ('owner', 'admin'))
   AND NOT EXISTS (SELECT 1 FROM workspace_members m {_ACTS}
                    WHERE m.partner_id = $partner AND m.workspace_id = i.workspace_id AND m.user_id = $1
                      AND m.removed_at IS NULL AND m.role IN ('owner', 'admin'))
RETURNING i.id, i.email, i.role, i.workspace_id
"""
    for c, where in ((PARTNER, "IS NOT NULL"), (WORKSPACE, "= $workspace"))
}
# An invitation to the organisation may hold places in workspaces; only a context that sees the whole partner sees it.
# `$2` is an invitation that is not counted.
_TAKEN = """
SELECT w.resource_limits AS limits,
       (SELECT count(*) FROM workspace_members m
         WHERE m.partner_id = $partner AND m.workspace_id = $1 AND m.removed_at IS NULL) AS members,
       (SELECT count(*) FROM workspace_invitations i
         WHERE i.partner_id = $partner AND i.workspace_id = $1 AND i.status = 'pending' AND i.expires_at > $now
           AND i.id IS DISTINCT FROM $2::uuid)
     + (SELECT count(*) FROM partner_invitations i
         WHERE i.partner_id = $partner AND i.status = 'pending' AND i.expires_at > $now
           AND i.id IS DISTINCT FROM $2::uuid
           AND i.metadata @> jsonb_build_object('workspace_assignments',
                 jsonb_build_array(jsonb_build_object('workspace_id', ($1::uuid)::text)))) AS invited
  FROM workspaces w WHERE w.partner_id = $partner AND w.id = $1 AND w.deleted_at IS NULL
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('users of ' || ($partner::uuid)::text || ($1::uuid)::text, 0))"
_NAMES = "coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email) AS inviter_name"
_BY_TOKEN = {
    "partner": f"""
SELECT i.id, i.email, i.role, i.message, i.status, i.metadata, i.expires_at, {_NAMES},
       NULL::uuid AS workspace_id, NULL::text AS workspace_slug, NULL::text AS workspace_name
  FROM partner_invitations i JOIN users u ON u.partner_id = $partner AND u.id = i.invited_by
 WHERE i.partner_id = $partner AND i.token_hash = $1
""",
    "workspace": f"""
SELECT i.id, i.email, i.role, i.message, i.status, '{{}}'::jsonb AS metadata, i.expires_at, {_NAMES},
       w.id AS workspace_id, w.slug AS workspace_slug, w.name AS workspace_name
  FROM workspace_invitations i
  JOIN users u ON u.partner_id = $partner AND u.id = i.invited_by
  JOIN workspaces w ON w.partner_id = $partner AND w.id = i.workspace_id AND w.deleted_at IS NULL
 WHERE i.partner_id = $partner AND i.token_hash = $1
""",
}
_ACCEPT = {
    "partner": "UPDATE partner_invitations SET status = 'accepted', accepted_at = $now, updated_at = $now"
    " WHERE partner_id = $partner AND id = $1 AND status = 'pending'",
    "workspace": "UPDATE workspace_invitations SET status = 'accepted', accepted_at = $now, updated_at = $now"
    " WHERE partner_id = $partner AND workspace_id = $2 AND id = $1 AND status = 'pending'",
}
_SWEEP = {
    c.kind: f"UPDATE {c.invitations} SET status = 'expired', updated_at = $now"
    " WHERE partner_id = $partner AND status = 'pending' AND expires_at <= $now"
    + (" AND workspace_id IS NOT NULL" if c is WORKSPACE else "")
    for c in _CIRCLES
}


class ListedInvitation(InvitationRow, frozen=True, kw_only=True):
    """`waits` also when its time is over: until the nightly sweep it can be sent again."""

    waits: bool


class TakenBack(msgspec.Struct, frozen=True):
    """An invitation that was taken back with the right of whoever sent it; to the organisation without a workspace."""

    id: UUID
    email: str
    role: str
    workspace_id: UUID | None


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation to be kept."""

    id: UUID
    email: str
    role: str
    message: str | None
    invited_by: UUID
    token_hash: bytes
    expires_at: datetime
    assignments: tuple[WorkspaceAssignment, ...] = ()


class Places(msgspec.Struct, frozen=True):
    """The places of a workspace: its own limits, and by how many members and waiting invitations they are taken."""

    limits: dict[str, Any]
    members: int
    invited: int


async def list_pending(ctx: Context, circle: Circle) -> list[InvitationRow]:
    """Return the invitations that nobody has answered, the newest first; those too old are marked as expired."""
    return await ctx.fetch_all(InvitationRow, _LIST[circle.kind])


async def list_all(ctx: Context, circle: Circle) -> tuple[list[ListedInvitation], list[ListedInvitation]]:
    """Return those that wait (or came to their end unanswered), and the last 50 of the others, the newest first."""
    rows = await ctx.fetch_all(ListedInvitation, _ALL[circle.kind])
    return [row for row in rows if row.waits], [row for row in rows if not row.waits]


async def find_invitation(ctx: Context, circle: Circle, invitation_id: UUID) -> ListedInvitation:
    """Return one, held until the unit of work ends. Raises NotFound."""
    found = await ctx.fetch_one(ListedInvitation, _FIND[circle.kind], invitation_id)
    if found is None:
        raise NotFound(_("There is no such invitation."))
    return found


async def expire_old(ctx: Context, circle: Circle, email: str) -> None:
    """Write down that an address's earlier invitation was not answered in time, so that another may be sent."""
    await ctx.execute(_EXPIRE[circle.kind], email)


async def add_invitation(ctx: Context, circle: Circle, new: NewRow) -> bool:
    """Keep an invitation. False when the address has one that waits."""
    values: list[object] = [new.id, new.email, new.role, new.token_hash, new.message, new.invited_by, new.expires_at]
    if circle is PARTNER:
        told = [{"workspace_id": str(one.workspace_id), "role": one.role} for one in new.assignments]
        values.append({"workspace_assignments": told} if told else {})
    return await ctx.execute(_ADD[circle.kind], *values) == 1


async def renew(
    ctx: SignedInContext, circle: Circle, invitation_id: UUID, token_hash: bytes, expires_at: datetime
) -> None:
    """Give an invitation a new token and more time; it is now of whoever sends it again."""
    await ctx.execute(_RENEW[circle.kind], invitation_id, token_hash, expires_at, ctx.me.id)


async def cancel(ctx: Context, circle: Circle, invitation_id: UUID) -> None:
    """Make the link worthless."""
    await ctx.execute(_CANCEL[circle.kind], invitation_id)


async def cancel_unbacked(ctx: Context, circle: Circle, user_id: UUID) -> list[TakenBack]:
    """Make the links worthless that somebody sent who may not by now, and return them. For the organisation the context
    sees the whole partner."""
    taken = await ctx.fetch_all(TakenBack, _CANCEL_UNBACKED_WORKSPACE[circle.kind], user_id)
    if circle is PARTNER:
        taken += await ctx.fetch_all(TakenBack, _CANCEL_UNBACKED_PARTNER, user_id)
    return taken


async def find_places(ctx: Context, workspace_id: UUID, besides: UUID | None = None) -> Places | None:
    """Return how many places of a workspace are taken, by members and by invitations other than `besides`; nobody else
    invites or joins until the unit of work ends. None when the workspace is gone."""
    await ctx.fetch_value(_LOCK, workspace_id)
    return await ctx.fetch_one(Places, _TAKEN, workspace_id, besides)


async def find_by_token(
    ctx: Context, circle: Circle, token_hash: bytes, *, lock: bool = False
) -> FoundInvitation | None:
    """Return the invitation of a link, whatever became of it. The context sees the whole partner."""
    sql = _BY_TOKEN[circle.kind]
    return await ctx.fetch_one(FoundInvitation, f"{sql} FOR UPDATE OF i" if lock else sql, token_hash)


async def mark_accepted(ctx: Context, circle: Circle, found: FoundInvitation) -> None:
    """Use up an invitation that is held."""
    args: tuple[object, ...] = (found.id,) if circle is PARTNER else (found.id, found.workspace_id)
    await ctx.execute(_ACCEPT[circle.kind], *args)


async def sweep(ctx: Context) -> None:
    """Write down which invitations of the partner were not answered in time."""
    for circle in _CIRCLES:
        await ctx.execute(_SWEEP[circle.kind])
