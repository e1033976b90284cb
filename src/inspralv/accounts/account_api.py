"""The API of one's own account: name, password, address and sessions."""

from __future__ import annotations

from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody

from inspralv.accounts.account_answers import AccountOut, AddressAnswered, SessionOut, SessionsEndedOut
from inspralv.accounts.actions import changing_address, changing_password, choosing_language, ending_sessions, naming
from inspralv.accounts.answers import Told
from inspralv.accounts.browser import renewed_cookies
from inspralv.accounts.devices import device_label
from inspralv.accounts.queries import security
from inspralv.accounts.schemas import AddressAnswer, AddressChange, LanguageChoice, PasswordChange, Profile
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, patch, post, put
from inspralv.tenancy.access import public, signed_in
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy

_TAGS = ["Account"]
_PERSON = signed_in()


@get("/api/account", access=_PERSON, tags=_TAGS)
async def read_account(ctx: SignedInContext) -> Data[AccountOut]:
    """Return one's own account."""
    state, me = await security.find_state(ctx, ctx.me.id), ctx.me
    return Data(
        AccountOut(
            id=me.id, email=me.email, first_name=me.first_name, last_name=me.last_name,
            two_factor=state.two_factor_since is not None, two_factor_required=state.two_factor_required,
            recovery_codes_left=state.recovery_codes_left, passkeys=state.passkeys, waiting_email=state.waiting_email,
        )
    )  # fmt: skip


@patch("/api/account", access=_PERSON, tags=_TAGS)
async def change_profile(ctx: SignedInContext, data: JSONBody[Profile]) -> Data[Told]:
    """Change one's name."""
    await naming.change_name(ctx, data)
    return Data(Told(_("Your name is saved.")))


@put("/api/account/language", access=_PERSON, tags=_TAGS)
async def change_language(ctx: SignedInContext, data: JSONBody[LanguageChoice]) -> Data[Told]:
    """Choose the language of one's pages and mails."""
    await choosing_language.choose_language(ctx, data)
    return Data(Told(_("Your language is saved.")))


@post("/api/account/password", access=_PERSON, status_code=200, raises=(409,), tags=_TAGS)
async def change_password(ctx: SignedInContext, data: JSONBody[PasswordChange]) -> Response[Data[Told]]:
    """Change one's password. Every other session ends, and this one gets another cookie."""
    renewed = await changing_password.change_password(ctx, data)
    told = Data(Told(_("Your password is changed. Every other session has ended.")))
    return Response(told, cookies=renewed_cookies(ctx.services.get(SessionPolicy), renewed))


@post("/api/account/email", access=_PERSON, status_code=200, tags=_TAGS)
async def change_email(ctx: SignedInContext, data: JSONBody[AddressChange]) -> Data[Told]:
    """Have both mailboxes asked. The answer is the same for an address that has an account."""
    await changing_address.ask_for_address(ctx, data)
    return Data(Told(_("Check both mailboxes: the address changes when both have confirmed it.")))


@delete("/api/account/email", access=_PERSON, tags=_TAGS)
async def cancel_email(ctx: SignedInContext) -> Data[Told]:
    """Stop one's own change of address."""
    await changing_address.cancel_address(ctx)
    return Data(Told(_("Your address stays as it is.")))


@post(
    "/api/auth/confirm-address", access=public("the token of the mail is the right"), status_code=200, raises=(409,),
    tags=_TAGS,
)  # fmt: skip
async def answer_email(ctx: PublicContext, data: JSONBody[AddressAnswer]) -> Data[AddressAnswered]:
    """Answer for a mailbox: confirm a change of address, or stop it."""
    _rest, changed = await changing_address.answer_address(ctx, data)
    if data.answer == "stop":
        return Data(AddressAnswered("stopped", _("The address stays as it is.")))
    if changed:
        return Data(AddressAnswered("done", _("The address is changed. Sign in with the new one from now on.")))
    return Data(AddressAnswered("waiting", _("Confirmed. The other mailbox has to confirm it as well.")))


@get("/api/account/sessions", access=_PERSON, tags=_TAGS)
async def list_sessions(ctx: SignedInContext) -> Data[list[SessionOut]]:
    """Return where one is signed in, this session first."""
    found = await ending_sessions.list_own_sessions(ctx)
    return Data([SessionOut.of(one, device_label(one.user_agent)) for one in found])


@delete("/api/account/sessions/{session_id:uuid}", access=_PERSON, tags=_TAGS)
async def end_session(ctx: SignedInContext, session_id: FromPath[UUID]) -> Data[Told]:
    """End one of one's sessions. Its next request is refused, and its open streams close."""
    await ending_sessions.end_own_session(ctx, session_id)
    return Data(Told(_("The session has ended.")))


@delete("/api/account/sessions", access=_PERSON, tags=_TAGS)
async def end_other_sessions(ctx: SignedInContext) -> Data[SessionsEndedOut]:
    """End every session but this one."""
    return Data(SessionsEndedOut(await ending_sessions.end_all_others(ctx)))


ROUTES = (
    read_account, change_profile, change_language, change_password, change_email, cancel_email, answer_email,
    list_sessions, end_session, end_other_sessions,
)  # fmt: skip
