"""Sign-up, confirmation, sign-in, forgotten passwords. No answer tells whether an address has an account."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from inspralv.accounts import letters, limits, queries
from inspralv.accounts.events import UserJoined, UserUpdated
from inspralv.accounts.password_policy import find_faults
from inspralv.accounts.schemas import Account, Profile, ResetPassword, SignIn, SignUp
from inspralv.accounts.sessions import open_session
from inspralv.foundation.context import Actor, Context
from inspralv.foundation.errors import FieldError, Invalid, Unauthenticated
from inspralv.foundation.ids import uuid7
from inspralv.foundation.passwords import hash_password, is_password, needs_rehash
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.tenancy.actions import found_workspace
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.schemas import NewLimits, NewWorkspace

_CONFIRM_LIFE = timedelta(days=2)
_RESET_LIFE = timedelta(hours=1)
_WRONG = "The e-mail address or the password is wrong."
_OLD_LINK = "This link has been used, or it is too old. Ask for a new one."
_FIRST_LIMITS = NewLimits(max_agents=3, max_users=5, max_minutes_per_month=100)


class NotConfirmed(Unauthenticated):
    """The password was right, but the address is not confirmed; the mail is on its way again."""

    title = "Confirm your address first"


async def sign_up(ctx: PublicContext, wanted: SignUp) -> None:
    """Ask a new address to confirm itself; write to a known one that it has an account. Both look the same from here.

    Raises Invalid for a weak password, TooMany.
    """
    email = wanted.email.strip().lower()
    require_strong(wanted.password, email=email, names=(wanted.first_name, wanted.last_name))
    await limits.count_mail(ctx, limits.SIGN_UP, email)
    password_hash = await hash_password(wanted.password)
    user_id = uuid7(ctx.now)
    if await queries.add_account(ctx, user_id, email, password_hash, wanted):
        await _ask_to_confirm(ctx, user_id, email, wanted.first_name)
        return
    known = await queries.find_account(ctx, email)
    if known is not None and known.confirmed:
        await letters.tell_known(ctx, ctx.partner, email, known.first_name)
    elif known is not None:
        await _ask_to_confirm(ctx, known.id, email, known.first_name)


async def confirm_email(ctx: Context, partner: Partner, token: str, replaced: str | None) -> str:
    """Confirm an address, make the person a member, give them a workspace on the platform, and sign them in.

    The context must see the whole partner. Returns the session's token. Raises Invalid for a link that does not work.
    """
    account = await _use(ctx, token, "confirm")
    if not account.confirmed:
        await queries.confirm_account(ctx, account.id, uuid7(ctx.now))
        ctx.actor = Actor("user", account.id)
        ctx.record(UserJoined(entity_id=account.id, new=account.settings))
        if partner.is_platform:
            await found_workspace(ctx, _first_workspace(account), account.id)
    return await open_session(ctx, account.id, replaced)


async def sign_in(ctx: PublicContext, wanted: SignIn, replaced: str | None) -> tuple[Account, str]:
    """Return the account and the token of a new session.

    Raises Invalid, the same for an unknown address and a wrong password; NotConfirmed; TooMany.
    """
    email = wanted.email.strip().lower()
    await limits.count_sign_in(ctx, email)
    account = await queries.find_account(ctx, email)
    async with ctx.on_the_network():  # hashing takes long on purpose; the connection goes back meanwhile
        right = await is_password(wanted.password, account.password_hash if account else None)
    if account is None or not right or account.status != "active":
        raise Invalid(_WRONG, errors=(FieldError("/password", _WRONG),))
    if not account.confirmed:
        await _ask_to_confirm(ctx, account.id, email, account.first_name)
        await ctx.commit()  # the refusal below would undo the mail
        raise NotConfirmed("Confirm your address first: we have sent you the link again.")
    if needs_rehash(account.password_hash):
        await queries.save_hash(ctx, account.id, await hash_password(wanted.password))
    await limits.forget_sign_in(ctx, email)
    return account, await open_session(ctx, account.id, replaced)


async def ask_for_reset(ctx: PublicContext, email: str) -> None:
    """Send the link for a new password, if the address has an account. Raises TooMany."""
    address = email.strip().lower()
    await limits.count_mail(ctx, limits.RESET, address)
    account = await queries.find_account(ctx, address)
    if account is None or account.status != "active":
        return
    token = new_token()
    await queries.add_token(ctx, uuid7(ctx.now), account.id, "reset", token_hash(token), ctx.now + _RESET_LIFE)
    await letters.send_reset(ctx, ctx.partner, address, account.first_name, token)


async def reset_password(ctx: PublicContext, wanted: ResetPassword) -> None:
    """Set a new password and end every session of the person. Raises Invalid."""
    account = await _use(ctx, wanted.token, "reset")
    require_strong(wanted.password, email=account.email, names=(account.first_name, account.last_name))
    await queries.save_password(ctx, account.id, await hash_password(wanted.password))
    await queries.end_sessions(ctx, account.id)
    ctx.notify("rights", ctx.partner_id, account.id)
    ctx.actor = Actor("user", account.id)
    ctx.record(UserUpdated(entity_id=account.id, new={"password": "changed"}))


async def change_profile(ctx: SignedInContext, profile: Profile) -> None:
    """Set one's own name."""
    first, last = profile.first_name.strip(), profile.last_name.strip()
    await queries.save_profile(ctx, ctx.me.id, first, last)
    old = {"first_name": ctx.me.first_name, "last_name": ctx.me.last_name}
    ctx.record(UserUpdated(entity_id=ctx.me.id, old=old, new={"first_name": first, "last_name": last}))


def require_strong(password: str, *, email: str, names: tuple[str, ...]) -> None:
    """Refuse a weak password, with every reason. Raises Invalid."""
    faults = find_faults(password, email=email, names=names)
    if faults:
        text = " ".join(faults)
        raise Invalid(text, errors=(FieldError("/password", text, "weak"),))


async def _use(ctx: Context, token: str, purpose: queries.Purpose) -> Account:
    user_id = await queries.use_token(ctx, token_hash(token), purpose)
    account = await queries.lock_account(ctx, user_id) if user_id else None
    if account is None or account.status != "active":
        raise Invalid(_OLD_LINK, errors=(FieldError("/token", _OLD_LINK, "expired"),))
    return account


async def _ask_to_confirm(ctx: PublicContext, user_id: UUID, email: str, name: str) -> None:
    token = new_token()
    await queries.add_token(ctx, uuid7(ctx.now), user_id, "confirm", token_hash(token), ctx.now + _CONFIRM_LIFE)
    await letters.ask_to_confirm(ctx, ctx.partner, email, name, token)


def _first_workspace(account: Account) -> NewWorkspace:
    name = account.first_name or account.email.partition("@")[0]
    return NewWorkspace(name=f"{name}'s Workspace"[:255], resource_limits=_FIRST_LIMITS)
