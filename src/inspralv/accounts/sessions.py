"""Opening and ending sessions."""

from __future__ import annotations

from uuid import UUID

from inspralv.accounts import queries
from inspralv.accounts.events import UserSignedIn, UserSignedOut
from inspralv.foundation.context import Actor, Context
from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy


async def open_session(ctx: Context, user_id: UUID, replaced: str | None) -> str:
    """Open a session and return its token; the one the browser had before ends, so a planted token is worth nothing."""
    if replaced:
        await queries.end_session(ctx, token_hash(replaced))
    token = new_token()
    await queries.add_session(ctx, uuid7(ctx.now), user_id, token_hash(token), ctx.services.get(SessionPolicy).absolute)
    ctx.actor = Actor("user", user_id)
    ctx.record(UserSignedIn(entity_id=user_id))
    return token


async def close_session(ctx: SignedInContext, token: str) -> None:
    """End the session of the request, its open streams included."""
    await queries.end_session(ctx, token_hash(token))
    ctx.notify("rights", ctx.partner_id, ctx.me.id)
    ctx.record(UserSignedOut(entity_id=ctx.me.id))
