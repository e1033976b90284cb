"""Statements on views: the operator looks at a partner as one of its people."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.admin.access import PlatformContext
from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct, to_structs
from inspralv.tenancy.view_access import STAFF_IDLE

_OPEN = """
INSERT INTO staff_views (partner_id, id, user_id, person, staff_id, operator, staff_session_hash, handover_hash, handover_until,
                         created_at, expires_at)
SELECT u.partner_id, $1, u.id, concat_ws(' ', nullif(u.first_name, ''), nullif(u.last_name, ''), '(' || u.email || ')'),
       s.staff_id, $2, s.token_hash, $3, $4, $now, least(s.expires_at, $5)
  FROM users u JOIN partners p ON p.id = u.partner_id, staff_sessions s
 WHERE u.partner_id = $partner AND u.id = $6 AND u.status = 'active' AND u.deleted_at IS NULL
   AND p.deleted_at IS NULL AND NOT p.is_platform AND p.onboarding_status <> 'suspended' AND s.token_hash = $7
   AND NOT EXISTS (SELECT FROM super_admin a WHERE a.email = u.email)
RETURNING person, expires_at,
  (SELECT d.hostname FROM partner_domains d WHERE d.partner_id = $partner AND d.verified_at IS NOT NULL
    ORDER BY d.is_primary DESC, d.created_at LIMIT 1) AS host
"""
_END_ALL = """
UPDATE staff_views SET ended_at = $now, told_at = $now WHERE staff_session_hash = $1 AND ended_at IS NULL
RETURNING partner_id, user_id, person, staff_id, operator
"""
_REDEEM = "SELECT app.redeem_view($partner, $1, $2, $3) AS until"
_CLOSE = "SELECT * FROM app.close_views($partner, $1, $now)"
_TELL = "SELECT * FROM app.tell_views($partner, $now)"
_END = "SELECT * FROM app.end_view($partner, $1, $now)"


class OpenedView(msgspec.Struct, frozen=True):
    """A view that waits to be taken up on the partner's host."""

    person: str
    expires_at: datetime
    host: str | None


class EndedView(msgspec.Struct, frozen=True):
    """A view that is over: whose partner, looked as whom, by whom."""

    partner_id: UUID
    user_id: UUID
    person: str
    staff_id: UUID
    operator: str


class ViewDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A view to be; tokens are hashed."""

    id: UUID
    operator: str
    handover: bytes
    handover_until: datetime
    until: datetime
    user_id: UUID
    staff_session: bytes


async def open_view(there: Context, draft: ViewDraft) -> OpenedView | None:
    """Keep a view of the context's partner; None where the person is not to be looked as."""
    rows = await there.records(
        _OPEN, draft.id, draft.operator, draft.handover, draft.handover_until, draft.until, draft.user_id,
        draft.staff_session,
    )  # fmt: skip
    return to_struct(OpenedView, rows[0]) if rows else None


async def end_views(ctx: PlatformContext, staff_session: bytes) -> list[EndedView]:
    """End whatever is looked at with a staff session."""
    return to_structs(EndedView, await ctx.directory(_END_ALL, staff_session))


async def redeem_view(ctx: Context, handover: bytes, token: bytes) -> datetime | None:
    """Use a hand-over up; return until when the view stands, or None when the hand-over is used, old or unknown."""
    rows = await ctx.directory(_REDEEM, handover, token, STAFF_IDLE)
    until: datetime | None = rows[0]["until"]
    return until


async def end_view(ctx: Context, token: bytes) -> EndedView | None:
    """End the view of a token; None when it has ended before."""
    rows = await ctx.directory(_END, token)
    return to_struct(EndedView, rows[0]) if rows else None


async def close_views(ctx: Context) -> list[EndedView]:
    """Close the partner's views that have ended by themselves."""
    return to_structs(EndedView, await ctx.directory(_CLOSE, STAFF_IDLE))


async def tell_views(ctx: Context) -> list[EndedView]:
    """Return the views that have ended and were not told of yet; there are none for anybody but the platform."""
    return to_structs(EndedView, await ctx.directory(_TELL))
