"""What the console does with an application besides what onboarding knows: acting in the tenant that comes of it."""

from __future__ import annotations

from uuid import UUID

from inspralv.admin.access import StaffContext
from inspralv.onboarding import queries
from inspralv.onboarding.actions.provisioning import provision
from inspralv.onboarding.schemas import Provisioned
from inspralv.onboarding.tasks import ADOPT_LOGO, AdoptLogo


async def approve_request(ctx: StaffContext, request_id: UUID) -> Provisioned:
    """Make the partner of an application; a job of its own puts the logo into its brand. Raises as `provision` does."""
    made = await provision(ctx, request_id, ctx.staff.id)
    request = await queries.find_request(ctx, request_id)
    async with ctx.within(made.answer.partner.id) as there:
        for event in made.happened:
            there.record(event)
        if request.has_logo:
            there.defer(ADOPT_LOGO(AdoptLogo()))
    return made.answer
