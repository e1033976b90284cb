"""One's own linked identities."""

from __future__ import annotations

from uuid import UUID

from inspralv.accounts import jobs
from inspralv.accounts.sign_on import queries
from inspralv.accounts.sign_on.events import IdentityUnlinked
from inspralv.foundation.errors import Conflict, NotFound
from inspralv.foundation.language.texts import _
from inspralv.tenancy.contexts import SignedInContext


async def unlink(ctx: SignedInContext, identity_id: UUID) -> None:
    """End a way into one's account. Raises NotFound, Conflict when it is the only one."""
    found = next((one for one in await queries.list_linked(ctx, ctx.me.id) if one.id == identity_id), None)
    if found is None:
        raise NotFound(_("There is no such linked account."))
    if not await queries.has_other_ways(ctx, ctx.me.id, identity_id):
        raise Conflict(_("This is your only way in. Set a password first, by “Forgot password?” on the sign-in page."))
    await queries.unlink(ctx, ctx.me.id, identity_id)
    told = {"label": found.label, "issuer": found.issuer, "email": found.email}
    ctx.record(IdentityUnlinked(entity_id=ctx.me.id, old=told))
    ctx.defer(jobs.tell_security(ctx.me.id, "identity_unlinked", ctx.origin, ctx.now))
