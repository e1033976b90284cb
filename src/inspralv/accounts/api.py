"""The account API."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.params import JSONBody
from litestar.response import Redirect

from inspralv.accounts.actions import resetting, signing_in, signing_up
from inspralv.accounts.answers import (
    AuthContext,
    Confirmed,
    EnterableWorkspace,
    HomePartner,
    NewWorkspaceOut,
    PartnerMembership,
    PersonOut,
    SignedIn,
    SignedUp,
    SignUpPartner,
    SignUpUser,
    Summary,
    Told,
)
from inspralv.accounts.browser import browser_of, pending_cookie, remember_browser, session_of
from inspralv.accounts.redirects import after_sign_in, to_second_step
from inspralv.accounts.schemas import ConfirmEmail, ForgotPassword, ResetPassword, SignIn, SignUp, plain_address
from inspralv.accounts.sessions import close_session
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get, post
from inspralv.tenancy.access import public, signed_in
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy

CHECK_MAIL = N_("Check your mail: we have sent you what comes next.")
_TAGS = ["Account"]
_FORM = "application/x-www-form-urlencoded"


@get("/api/auth/context", access=signed_in(), opt={"workspaces": True}, tags=_TAGS)
async def read_auth_context(ctx: SignedInContext) -> Data[AuthContext]:
    """Tell who is signed in, where, and as what."""
    home, me = ctx.partner, ctx.me
    workspaces = [EnterableWorkspace(w.id, w.name, w.slug, w.role) for w in ctx.workspaces]
    return Data(
        AuthContext(
            user=PersonOut(me.id, me.email, me.first_name, me.last_name),
            partner=HomePartner(
                id=home.id, name=home.name, slug=home.slug, branding=home.branding,
                is_platform_partner=home.is_platform, plan_tier=home.plan_tier,
            ),
            partner_role=ctx.partner_role,
            partner_membership=PartnerMembership(home.id, me.id, ctx.partner_role) if ctx.partner_role else None,
            workspaces=workspaces,
            summary=Summary(len(workspaces), sorted({w.role for w in workspaces})),
        )
    )  # fmt: skip


@post("/api/auth/signup", access=public("people without an account sign up"), status_code=200, tags=_TAGS)
async def sign_up(
    ctx: PublicContext, request: Request[Any, Any, Any], data: JSONBody[SignUp]
) -> Response[Data[SignedUp]]:
    """Create an account. The answer is the same whether the address has one already; the mail tells which."""
    cookie = remember_browser(request, ctx.services.get(SessionPolicy))
    await signing_up.sign_up(ctx, data, cookie.value or "")
    told = SignedUp(
        message=CHECK_MAIL,
        is_invitation=data.is_invitation,
        partner=SignUpPartner(ctx.partner.id, ctx.partner.name, ctx.partner.is_platform),
        user=SignUpUser(plain_address(data.email), data.selected_plan, data.signup_source),
    )
    return Response(Data(told), cookies=[cookie])


@post(
    "/api/auth/confirm-email", access=public("the token of the mail is the right"), status_code=200, raises=(409,),
    tags=_TAGS,
)  # fmt: skip
async def confirm_email(
    ctx: PublicContext, request: Request[Any, Any, Any], data: JSONBody[ConfirmEmail]
) -> Response[Data[Confirmed]]:
    """Confirm the address of a new account, and sign in."""
    policy = ctx.services.get(SessionPolicy)
    person = await signing_up.confirm_email(ctx, data, browser_of(request, policy), session_of(request, policy))
    made = person.workspace
    confirmed = Confirmed(
        message=_("Your account is ready."),
        user=PersonOut(person.id, person.email, person.first_name, person.last_name),
        workspace=NewWorkspaceOut(made.id, made.name, made.slug) if made else None,
        redirect=person.redirect,
    )
    return Response(Data(confirmed), cookies=[policy.issue(person.token)])


@post("/api/auth/signin", access=public("people sign in"), status_code=200, raises=(401,), tags=_TAGS)
async def sign_in(
    ctx: PublicContext, request: Request[Any, Any, Any], data: JSONBody[SignIn]
) -> Response[Data[SignedIn]]:
    """Sign in. The session is a cookie of this host; the one the request had before ends. Who has a second factor gives
    its code next."""
    policy = ctx.services.get(SessionPolicy)
    found = await signing_in.sign_in(ctx, data, session_of(request, policy))
    if found.pending:
        waiting = SignedIn(None, to_second_step(data.redirect), two_factor=True)
        return Response(Data(waiting), cookies=[pending_cookie(policy, found.pending)])
    account = found.account
    person = PersonOut(account.id, account.email, account.first_name, account.last_name)
    signed_in_as = SignedIn(person, after_sign_in(account.first_name, data.redirect))
    return Response(Data(signed_in_as), cookies=[policy.issue(found.session)])


@post("/api/auth/signout", access=public("a session that has ended can be left as well"), status_code=200, tags=_TAGS)
async def sign_out(ctx: PublicContext, request: Request[Any, Any, Any]) -> Response[Data[Told]]:
    """End the session. A form is led to the sign-in page."""
    policy = ctx.services.get(SessionPolicy)
    await close_session(ctx, session_of(request, policy))
    if request.headers.get("content-type", "").startswith(_FORM):
        return Redirect("/login", status_code=303, cookies=[policy.withdraw()])
    return Response(Data(Told(_("You are signed out."))), cookies=[policy.withdraw()])


@post("/api/auth/forgot-password", access=public("people who forgot it are not signed in"), status_code=200, tags=_TAGS)
async def forgot_password(ctx: PublicContext, data: JSONBody[ForgotPassword]) -> Data[Told]:
    """Send a link for a new password, if the address has an account. The answer is always the same."""
    await resetting.ask_for_reset(ctx, data.email)
    return Data(Told(CHECK_MAIL))


@post("/api/auth/reset-password", access=public("the token of the mail is the right"), status_code=200, tags=_TAGS)
async def reset_password(ctx: PublicContext, data: JSONBody[ResetPassword]) -> Data[Told]:
    """Set a new password. Every session of the person ends."""
    await resetting.reset_password(ctx, data)
    return Data(Told(_("Your password is changed. Sign in with the new one.")))


ROUTES = (read_auth_context, sign_up, confirm_email, sign_in, sign_out, forgot_password, reset_password)
