"""Opening and ending sessions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from inspralv.accounts import jobs
from inspralv.accounts.devices import device_mark
from inspralv.accounts.events import UserSignedIn, UserSignedOut
from inspralv.accounts.queries import devices, sessions
from inspralv.foundation.context import Actor, Context
from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy

_REMEMBERED = timedelta(days=90)


async def open_session(ctx: Context, user_id: UUID, replaced: str, method: str = "password") -> str:
    """Open a session and return its token; `method` is how somebody proved who they are.

    The one the browser sent ends: a planted token is worth nothing.
    """
    await _end(ctx, replaced)
    token = new_token()
    life = ctx.services.get(SessionPolicy).absolute
    await sessions.add_session(ctx, uuid7(ctx.now), user_id, token_hash(token), life)
    ctx.actor = Actor("user", user_id)
    ctx.record(UserSignedIn(entity_id=user_id, new={"method": method}))
    device = device_mark(ctx.origin.user_agent, ctx.origin.ip)
    if await devices.remember_device(ctx, user_id, device, ctx.now - _REMEMBERED):
        ctx.defer(jobs.tell_security(user_id, "new_sign_in", ctx.origin, ctx.now))
    return token


async def renew_session(ctx: SignedInContext) -> str:
    """Give the caller's session another token and return it: what was copied of the old one is worth nothing. A program
    has no session, so it gets none."""
    token = new_token()
    return token if await sessions.renew_session(ctx, ctx.session_id, token_hash(token)) else ""


async def close_session(ctx: Context, token: str) -> None:
    """End the session of the browser, its open streams included. One that has ended already may end again."""
    user_id = await _end(ctx, token)
    if user_id is not None:
        ctx.actor = Actor("user", user_id)
        ctx.record(UserSignedOut(entity_id=user_id))


async def close_all_sessions(ctx: Context, user_id: UUID) -> None:
    """End every session of a person, open streams included."""
    await sessions.end_sessions(ctx, user_id)
    ctx.notify("rights", ctx.partner_id, user_id)


async def _end(ctx: Context, token: str) -> UUID | None:
    user_id = await sessions.end_session(ctx, token_hash(token)) if token else None
    if user_id is not None:
        ctx.notify("rights", ctx.partner_id, user_id)
    return user_id
