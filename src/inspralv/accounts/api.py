"""The account API."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import JSONBody
from litestar.response import Redirect

from inspralv.accounts import actions
from inspralv.accounts.redirects import safe_path
from inspralv.accounts.schemas import (
    Account,
    AuthContext,
    ConfirmEmail,
    ForgotPassword,
    PartnerOut,
    PersonOut,
    ResetPassword,
    SignedIn,
    SignedUp,
    SignedUpUser,
    SignIn,
    SignUp,
    Summary,
    Told,
    WorkspaceOut,
)
from inspralv.accounts.sessions import close_session
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get, post
from inspralv.tenancy.access import find_caller, public, signed_in
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy

CHECK_MAIL = "Check your mail: we have sent you what comes next."


@get("/api/auth/context", access=signed_in(), opt={"workspaces": True}, tags=["Account"])
async def read_auth_context(ctx: SignedInContext) -> Data[AuthContext]:
    """Who is signed in, where, and as what."""
    home = ctx.partner
    workspaces = [WorkspaceOut(w.id, w.name, w.slug, w.role) for w in ctx.workspaces]
    return Data(
        AuthContext(
            user=PersonOut(ctx.me.id, ctx.me.email, ctx.me.first_name, ctx.me.last_name),
            partner=PartnerOut(
                id=home.id, name=home.name, slug=home.slug, branding=msgspec.to_builtins(home.branding),
                is_platform_partner=home.is_platform, plan_tier=home.plan_tier,
            ),
            partner_role=ctx.partner_role,
            partner_membership=ctx.partner_role is not None,
            workspaces=workspaces,
            summary=Summary(len(workspaces), sorted({w.role for w in workspaces})),
        )
    )  # fmt: skip


@post("/api/auth/signup", access=public("people without an account sign up"), status_code=200, tags=["Account"])
async def sign_up(ctx: PublicContext, data: JSONBody[SignUp]) -> Data[SignedUp]:
    """Create an account. The answer is the same whether the address has one already; the mail tells which."""
    await actions.sign_up(ctx, data)
    user = SignedUpUser(data.email.strip().lower(), data.selected_plan, data.signup_source)
    return Data(SignedUp(success=True, message=CHECK_MAIL, is_invitation=data.is_invitation, user=user))


@post("/api/auth/confirm-email", access=public("the token of the mail is the right"), status_code=200, tags=["Account"])
async def confirm_email(ctx: PublicContext, request: Request[Any, Any, Any], data: JSONBody[ConfirmEmail]) -> Response[Data[Told]]:
    """Confirm the address of a new account, and sign in."""
    async with ctx.widened() as wide:
        token = await actions.confirm_email(wide, ctx.partner, data.token, session_of(ctx, request))
    told = Data(Told(True, "Your address is confirmed."))
    return Response(told, cookies=[ctx.services.get(SessionPolicy).issue(token)])


@post("/api/auth/signin", access=public("people sign in"), status_code=200, raises=(401,), tags=["Account"])
async def sign_in(ctx: PublicContext, request: Request[Any, Any, Any], data: JSONBody[SignIn]) -> Response[Data[SignedIn]]:
    """Sign in. The session is a cookie of this host; the one the request had before ends."""
    account, token = await actions.sign_in(ctx, data, session_of(ctx, request))
    answer = Data(SignedIn(_person(account), safe_path(data.redirect)))
    return Response(answer, cookies=[ctx.services.get(SessionPolicy).issue(token)])


@post("/api/auth/signout", access=public("a session that has ended can be left as well"), status_code=200, tags=["Account"])
async def sign_out(ctx: PublicContext, request: Request[Any, Any, Any]) -> Response[Any]:
    """End the session. A form is led to the sign-in page."""
    policy = ctx.services.get(SessionPolicy)
    caller = await find_caller(request)
    if caller is not None:
        try:
            await close_session(caller, request.cookies[policy.cookie])
            await caller.commit()
        except BaseException:
            await caller.rollback()
            raise
    if "text/html" in request.headers.get("accept", ""):
        return Redirect("/login", status_code=303, cookies=[policy.withdraw()])
    return Response(Data(Told(True, "You are signed out.")), cookies=[policy.withdraw()])


@post("/api/auth/forgot-password", access=public("people who forgot it are not signed in"), status_code=200, tags=["Account"])
async def forgot_password(ctx: PublicContext, data: JSONBody[ForgotPassword]) -> Data[Told]:
    """Send a link for a new password, if the address has an account. The answer is always the same."""
    await actions.ask_for_reset(ctx, data.email)
    return Data(Told(True, CHECK_MAIL))


@post("/api/auth/reset-password", access=public("the token of the mail is the right"), status_code=200, tags=["Account"])
async def reset_password(ctx: PublicContext, data: JSONBody[ResetPassword]) -> Data[Told]:
    """Set a new password. Every session of the person ends."""
    await actions.reset_password(ctx, data)
    return Data(Told(True, "Your password is changed. Sign in with the new one."))


def session_of(ctx: PublicContext, request: Request[Any, Any, Any]) -> str | None:
    """Return the session token the browser sent, if any."""
    return request.cookies.get(ctx.services.get(SessionPolicy).cookie)


def _person(account: Account) -> PersonOut:
    return PersonOut(account.id, account.email, account.first_name, account.last_name)
