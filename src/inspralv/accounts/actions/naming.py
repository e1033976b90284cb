"""One's own name."""

from __future__ import annotations

from inspralv.accounts.events import UserUpdated
from inspralv.accounts.queries import accounts
from inspralv.accounts.schemas import Profile, plain_name
from inspralv.foundation.events.event import changes
from inspralv.tenancy.contexts import SignedInContext


async def change_name(ctx: SignedInContext, profile: Profile) -> None:
    """Set one's own name."""
    wanted = {"first_name": plain_name(profile.first_name), "last_name": plain_name(profile.last_name)}
    old, new = changes({"first_name": ctx.me.first_name, "last_name": ctx.me.last_name}, wanted)
    if new:
        await accounts.save_name(ctx, ctx.me.id, wanted["first_name"], wanted["last_name"])
        ctx.record(UserUpdated(entity_id=ctx.me.id, old=old, new=new))
