"""Whether everybody of the organisation needs a second factor."""

from __future__ import annotations

from inspralv.accounts.events import TwoFactorRequirementChanged
from inspralv.accounts.queries import security
from inspralv.foundation.errors import Conflict
from inspralv.foundation.language.texts import _
from inspralv.tenancy.contexts import PartnerContext


async def require_two_factor(ctx: PartnerContext, *, required: bool) -> None:
    """Switch the requirement. It counts from everybody's next request on, and open streams look again.

    Raises Conflict when the caller has no second factor: they would lock themself out of the switch.
    """
    if required and not (await security.find_organisation(ctx, ctx.me.id)).mine:
        raise Conflict(_("Turn on two-factor sign-in for yourself first."))
    if await security.require_two_factor(ctx, required=required):
        ctx.notify("rights", ctx.partner_id, "")
        ctx.record(
            TwoFactorRequirementChanged(
                entity_id=ctx.partner_id,
                old={"require_two_factor": not required},
                new={"require_two_factor": required},
            )
        )
