"""The way to a provider and back, and one's own linked accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import Cookie
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.accounts.account_pages import section
from inspralv.accounts.browser import pending_cookie, session_of
from inspralv.accounts.limits import count_provider
from inspralv.accounts.pages import SEE_OTHER
from inspralv.accounts.redirects import after_sign_in, safe_path, to_second_step
from inspralv.accounts.sign_on import attempt, entering, linked, queries
from inspralv.accounts.sign_on.schemas import LinkedIdentity
from inspralv.foundation.errors import Conflict
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import account, public
from inspralv.tenancy.contexts import AccountContext, PublicContext
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in
from inspralv.tenancy.session_cookie import SessionPolicy

_HERE = "/account/sign-in"


class LinkedSection(msgspec.Struct, frozen=True):
    """One's linked accounts."""

    links: tuple[LinkedIdentity, ...]
    problem: str = ""


@get("/login/with/{provider_id:uuid}", access=public("people sign in"))
async def show_provider(
    ctx: PublicContext, provider_id: FromPath[UUID], redirect: FromQuery[str] = ""
) -> View | Redirect:
    """Lead to the provider. A link, not a form: forms may not lead to other hosts."""
    await count_provider(ctx)
    begun = attempt.begin(ctx.partner_id, provider_id, safe_path(redirect) if redirect else "", ctx.now)
    try:
        target = await entering.start(ctx, begun)
    except entering.NoEntry as refusal:
        return _not_in(ctx, refusal.why)
    cookie = attempt.attempt_cookie(ctx.services.get(SessionPolicy), ctx.services.sealer, begun)
    return Redirect(target, status_code=SEE_OTHER, cookies=[cookie])


@get(entering.CALLBACK, access=public("the signed cookie and the provider's answer are the right"))
async def show_callback(ctx: PublicContext, request: Request[Any, Any, Any]) -> View | Redirect:
    """Take the provider's answer: sign in, or say why not."""
    policy, sealer = ctx.services.get(SessionPolicy), ctx.services.sealer
    over = attempt.attempt_cookie(policy, sealer, None)
    code, state = (request.query_params.get(name, "") for name in ("code", "state"))
    begun = attempt.attempt_of(request, policy, sealer, ctx.partner_id, ctx.now)
    if begun is None or state != begun.state:
        return _not_in(ctx, "stale", over)
    if not code:  # an error: access_denied and the like
        return _not_in(ctx, "cancelled", over)
    await count_provider(ctx)
    try:
        found = await entering.finish(ctx, begun, code, request.query_params.get("iss"), session_of(request, policy))
    except entering.NoEntry as refusal:
        await ctx.rollback()
        return _not_in(ctx, refusal.why, over)
    if found.pending:
        waiting = pending_cookie(policy, found.pending)
        return Redirect(to_second_step(begun.redirect), status_code=SEE_OTHER, cookies=[waiting, over])
    target = after_sign_in(found.account.first_name, begun.redirect)
    return Redirect(target, status_code=SEE_OTHER, cookies=[policy.issue(found.session), over])


def _not_in(ctx: PublicContext, why: str, *cookies: Cookie) -> Redirect:
    note_failed_sign_in(ctx.partner_id, "provider", why)
    return Redirect(f"/login?refusal={why}", status_code=SEE_OTHER, cookies=cookies)


@get(_HERE, access=account())
async def show_linked(ctx: AccountContext, done: FromQuery[str] = "") -> View:
    """Show the accounts elsewhere that open one's own."""
    return await _linked(ctx, done=done)


@post(f"{_HERE}/{{identity_id:uuid}}/removal", access=account())
async def submit_unlinking(ctx: AccountContext, identity_id: FromPath[UUID]) -> View | Redirect:
    """Unlink one of them."""
    try:
        await linked.unlink(ctx, identity_id)
    except Conflict as refusal:
        return await _linked(ctx, problem=refusal.detail, status=refusal.status)
    return Redirect(f"{_HERE}?done=unlinked", status_code=SEE_OTHER)


async def _linked(ctx: AccountContext, *, done: str = "", problem: str = "", status: int = 200) -> View:
    page = LinkedSection(tuple(await queries.list_linked(ctx, ctx.me.id)), problem)
    return section("linked", page, _("Linked accounts"), done, status=status)


ROUTES = (show_provider, show_callback, show_linked, submit_unlinking)
