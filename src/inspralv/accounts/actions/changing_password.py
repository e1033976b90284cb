"""Another password, chosen by somebody who knows the old one."""

from __future__ import annotations

from inspralv.accounts import jobs
from inspralv.accounts.actions.proving import prove_password
from inspralv.accounts.actions.signing_up import require_strong
from inspralv.accounts.events import UserUpdated
from inspralv.accounts.queries import accounts, resets, second_factors, sessions
from inspralv.accounts.schemas import PasswordChange
from inspralv.accounts.sessions import renew_session
from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.passwords import hash_password
from inspralv.tenancy.contexts import SignedInContext


async def change_password(ctx: SignedInContext, wanted: PasswordChange) -> str:
    """Set the password and return the caller's session's new token (see `renew_session`); every other session ends, links
    to reset it too, and a mail tells of it.

    Raises Invalid at /current_password and /password, TooMany.
    """
    account = await prove_password(ctx, wanted.current_password, "current_password")
    require_strong(wanted.password, email=account.email, names=(account.first_name, account.last_name))
    if wanted.password == wanted.current_password:
        same = _("This is the password you have.")
        raise Invalid(same, errors=(FieldError("/password", same),))
    stored = await hash_password(wanted.password)
    if not await accounts.replace_password(ctx, account, stored):
        raise Conflict(_("Your password was changed meanwhile. Sign in with the new one."))
    await sessions.end_other_sessions(ctx, account.id, ctx.session_id)
    await resets.use_resets_of(ctx, account.id)
    await second_factors.drop_pending_of(ctx, account.id)
    ctx.notify("rights", ctx.partner_id, account.id)
    ctx.record(UserUpdated(entity_id=account.id, new={"password": "changed"}))
    ctx.defer(jobs.tell_security(account.id, "password_changed", ctx.origin, ctx.now))
    return await renew_session(ctx)
