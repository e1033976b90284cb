"""Signing up, and confirming the address."""

from __future__ import annotations

import hmac
from datetime import timedelta
from uuid import UUID

import msgspec

from inspralv.accounts import jobs, limits
from inspralv.accounts.events import UserJoined
from inspralv.accounts.password_policy import find_faults
from inspralv.accounts.queries import accounts, sign_ups
from inspralv.accounts.redirects import after_sign_in
from inspralv.accounts.schemas import ConfirmEmail, NewAccount, SignUp, WaitingSignUp, plain_address, plain_name
from inspralv.accounts.sessions import open_session
from inspralv.foundation.context import Actor, Context
from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.passwords import hash_password, is_password
from inspralv.foundation.secrets import token_hash
from inspralv.tenancy.actions import found_workspace
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.schemas import NewLimits, NewWorkspace, Workspace

OLD_LINK = N_("This link has been used, or it is too old.")
_FIRST_LIMITS = NewLimits(max_agents=3, max_users=5, max_minutes_per_month=100)
_UNTIL_ANSWERED = timedelta(days=2)  # the job that writes the mail starts the clock again


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Who came in by confirming: `token` is the session's, `redirect` where to go on."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    workspace: Workspace | None
    token: str
    redirect: str


async def sign_up(ctx: PublicContext, wanted: SignUp, browser: str) -> None:
    """Keep the wish and have the mail written; the work is the same for every address.

    `browser` is the token of the browser's cookie. Raises Invalid for a weak password, TooMany.
    """
    email, first, last = plain_address(wanted.email), plain_name(wanted.first_name), plain_name(wanted.last_name)
    require_strong(wanted.password, email=email, names=(first, last))
    await limits.count_mail(ctx, limits.SIGN_UP, email)
    waiting = WaitingSignUp(
        id=uuid7(ctx.now), email=email, password_hash=await hash_password(wanted.password), first_name=first,
        last_name=last, selected_plan=wanted.selected_plan, signup_source=wanted.signup_source,
        is_invitation=wanted.is_invitation, redirect=wanted.redirect, browser_hash=token_hash(browser),
    )  # fmt: skip
    await sign_ups.add_sign_up(ctx, waiting, ctx.now + _UNTIL_ANSWERED)
    ctx.defer(jobs.answer_sign_up(waiting.id))


async def confirm_email(ctx: PublicContext, wanted: ConfirmEmail, browser: str, replaced: str) -> NewPerson:
    """Make the account, its membership and on the platform its first workspace, and sign in.

    Only the browser that signed up is let in by the link alone; any other also says the password. Raises Invalid for a
    link that does not work (at /token) and a wrong password (at /password), Conflict when the address has an account
    by now, TooMany.
    """
    async with ctx.widened() as wide:
        waiting = await sign_ups.find_by_token(wide, token_hash(wanted.token))
        if waiting is None:
            raise Invalid(OLD_LINK, errors=(FieldError("/token", OLD_LINK, "expired"),))
        if not is_from(waiting, browser):
            await _require_password(wide, waiting, wanted.password)
        if not await sign_ups.drop_sign_up(wide, waiting.id):
            raise Invalid(OLD_LINK, errors=(FieldError("/token", OLD_LINK, "expired"),))
        user_id = await _add_account(wide, waiting)
        workspace = None
        if ctx.partner.is_platform and not waiting.is_invitation:
            workspace = await found_workspace(wide, _first_workspace(waiting), user_id, waiting.email)
        token = await open_session(wide, user_id, replaced, method="link")
    target = waiting.redirect or (f"/w/{workspace.slug}/dashboard" if workspace else "")
    return NewPerson(
        id=user_id, email=waiting.email, first_name=waiting.first_name, last_name=waiting.last_name,
        workspace=workspace, token=token, redirect=after_sign_in(waiting.first_name, target),
    )  # fmt: skip


def is_from(waiting: WaitingSignUp, browser: str) -> bool:
    """Whether this browser signed up."""
    return bool(browser) and hmac.compare_digest(waiting.browser_hash, token_hash(browser))


def require_strong(password: str, *, email: str, names: tuple[str, ...]) -> None:
    """Refuse a weak password, with every reason. Raises Invalid."""
    faults = find_faults(password, email=email, names=names)
    if faults:
        raise Invalid(" ".join(faults), errors=tuple(FieldError("/password", fault, "weak") for fault in faults))


async def _require_password(ctx: Context, waiting: WaitingSignUp, password: str) -> None:
    if not password:
        asked = _("Enter the password you chose.")
        raise Invalid(asked, errors=(FieldError("/password", asked, "required"),))
    await limits.count_sign_in(ctx, waiting.email)
    async with ctx.on_the_network():  # no connection is held while the password is checked
        right = await is_password(password, waiting.password_hash)
    if not right:
        wrong = _("This is not the password you chose.")
        raise Invalid(wrong, errors=(FieldError("/password", wrong),))
    await limits.forget_sign_in(ctx, waiting.email)


async def _add_account(ctx: Context, waiting: WaitingSignUp) -> UUID:
    chosen = {"selected_plan": waiting.selected_plan, "signup_source": waiting.signup_source}
    new = NewAccount(
        id=uuid7(ctx.now), email=waiting.email, password_hash=waiting.password_hash, first_name=waiting.first_name,
        last_name=waiting.last_name, settings=chosen,
    )  # fmt: skip
    if not await accounts.add_account(ctx, new):
        raise Conflict(_("This address has an account already. Sign in."))
    await sign_ups.drop_sign_ups_of(ctx, waiting.email)
    await accounts.add_to_partner(ctx, new.id, uuid7(ctx.now))
    ctx.actor = Actor("user", new.id)
    ctx.record(UserJoined(entity_id=new.id, new={"email": new.email, **chosen}))
    return new.id


def _first_workspace(waiting: WaitingSignUp) -> NewWorkspace:
    name = waiting.first_name or waiting.email.partition("@")[0]
    return NewWorkspace(name=_("%(name)s's Workspace", name=name), resource_limits=_FIRST_LIMITS)
