"""The pages behind the links of invitations."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.params import FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Forbidden, Invalid, NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.people.actions import accepting
from inspralv.people.circles import PARTNER, WORKSPACE, Circle
from inspralv.people.invitation_schemas import PublicInvitation
from inspralv.people.page_models import AcceptPage
from inspralv.tenancy.access import find_caller, public, signed_in
from inspralv.tenancy.contexts import PublicContext, SignedInContext

_WHY = "the invited person may have no account yet"
_PRIVATE = {"referrer-policy": "no-referrer"}  # the address holds the token


@get(PARTNER.accept_path, access=public(_WHY))
async def show_partner_invitation(
    ctx: PublicContext, request: Request[Any, Any, Any], token: FromQuery[str] = ""
) -> View:
    """Show an invitation to the organisation."""
    return await _show(ctx, PARTNER, request, token)


@get(WORKSPACE.accept_path, access=public(_WHY))
async def show_workspace_invitation(
    ctx: PublicContext, request: Request[Any, Any, Any], token: FromQuery[str] = ""
) -> View:
    """Show an invitation to a workspace."""
    return await _show(ctx, WORKSPACE, request, token)


@post(PARTNER.accept_path, access=signed_in(), status_code=200)
async def accept_partner_invitation(ctx: SignedInContext, data: FormBody) -> View | Redirect:
    """Join the organisation."""
    return await _accept(ctx, PARTNER, data.get("token", ""))


@post(WORKSPACE.accept_path, access=signed_in(), status_code=200)
async def accept_workspace_invitation(ctx: SignedInContext, data: FormBody) -> View | Redirect:
    """Join the workspace."""
    return await _accept(ctx, WORKSPACE, data.get("token", ""))


async def _show(ctx: PublicContext, circle: Circle, request: Request[Any, Any, Any], token: str) -> View:
    caller = await find_caller(request)
    email = caller.me.email if caller else ""
    try:
        found = await accepting.read_invitation(ctx, circle, token)
    except NotFound:
        return _view(circle, token, None, "gone", email)
    return _view(circle, token, found, _state(found, email), email)


async def _accept(ctx: SignedInContext, circle: Circle, token: str) -> View | Redirect:
    try:
        joined = await accepting.accept(ctx, circle, token)
    except NotFound:
        return _view(circle, token, None, "gone", ctx.me.email)
    except (Forbidden, Invalid) as refusal:
        found = await accepting.read_invitation(ctx, circle, token)
        state = _state(found, ctx.me.email)
        return _view(circle, token, found, state, ctx.me.email, refusal.detail if state == "ready" else "")
    return Redirect(joined.redirect, status_code=303)


def _state(found: PublicInvitation, email: str) -> str:
    if found.status == "accepted":
        return "used"
    if found.is_expired:
        return "expired"
    if not email:
        return "sign_in"
    return "ready" if email == found.email else "other_person"


def _view(circle: Circle, token: str, found: PublicInvitation | None, state: str, email: str, full: str = "") -> View:
    model = AcceptPage(state=state, path=circle.accept_path, token=token, invitation=found, email=email, full=full)
    status = 403 if full else {"gone": 404, "expired": 400, "other_person": 403}.get(state, 200)
    return View("people/accept.html", model, title=_("Invitation"), status=status, headers=_PRIVATE)


ROUTES = (
    show_partner_invitation, show_workspace_invitation, accept_partner_invitation, accept_workspace_invitation,
)  # fmt: skip
