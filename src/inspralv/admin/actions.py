"""Staff sign in and out; the operator adds staff from the command line."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from inspralv.admin import queries, second_factor, viewing
from inspralv.admin.access import PlatformContext
from inspralv.admin.events import StaffAdded, StaffSignedOut
from inspralv.admin.schemas import NewStaff, SignInForm
from inspralv.foundation.context import Actor
from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.passwords import hash_password, is_password
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.web.limits import Limit, count_attempt, forget_attempts
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in

_WINDOW = timedelta(minutes=15)
_PER_IP = Limit("staff sign-in, address", 5, _WINDOW)
_PER_ACCOUNT = Limit("staff sign-in, account", 5, _WINDOW)
_WRONG = N_("The e-mail address or the password is wrong.")


class Entrance(msgspec.Struct, frozen=True):
    """The password was right: `session` is the token of a staff session, or `pending` the one with which the code is
    given."""

    session: str = ""
    pending: str = ""


async def sign_in(ctx: PlatformContext, form: SignInForm) -> Entrance:
    """Open a staff session, or ask for the second factor. Raises Invalid, and TooMany after five attempts in 15 minutes.

    Whether the address or the password is wrong is never told, nor by the time it takes; an account that does not
    exist is counted and limited like one that does.
    """
    email = form.email.strip().lower()
    await count_attempt(ctx.services, _PER_IP, ctx.origin.ip or "")
    await count_attempt(ctx.services, _PER_ACCOUNT, email)
    account = await queries.find_account(ctx, email)
    known = account is not None and account.status == "active"
    if not await is_password(form.password, account.password_hash if account and known else None) or account is None:
        note_failed_sign_in(
            ctx.partner_id, "staff password", "wrong password or no active account", account.id if account else None
        )
        raise Invalid(_WRONG, errors=(FieldError("/password", _WRONG),))
    await forget_attempts(ctx.services, _PER_IP, ctx.origin.ip or "")
    await forget_attempts(ctx.services, _PER_ACCOUNT, email)
    if await second_factor.is_asked(ctx, account.id):
        return Entrance(pending=await second_factor.await_code(ctx, account.id))
    return Entrance(session=await second_factor.open_staff_session(ctx, account.id))


async def sign_out(ctx: PlatformContext, token: str) -> None:
    """End the session of a token and what was looked at with it. Signing out twice is no fault."""
    await viewing.end_views(ctx, token_hash(token))
    staff_id = await queries.end_session(ctx, token_hash(token))
    if staff_id is not None:
        ctx.actor = Actor("staff", staff_id)
        ctx.record(StaffSignedOut(entity_id=staff_id))


async def add_staff(ctx: PlatformContext, email: str, name: str, password: str) -> None:
    """Add a member of staff. Raises Conflict when the address is taken."""
    first, _rest, last = name.strip().partition(" ")
    new = NewStaff(
        email=email.strip().lower(), password_hash=await hash_password(password), first_name=first, last_name=last
    )
    staff_id = uuid7(ctx.now)
    if not await queries.add_staff(ctx, staff_id, new):
        raise Conflict(_("%(email)s is a member of staff already.", email=new.email))
    ctx.record(StaffAdded(entity_id=staff_id, new={"email": new.email, "name": name.strip()}))
