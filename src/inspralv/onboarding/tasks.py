"""What follows when an application has become a partner."""

from __future__ import annotations

import msgspec

from inspralv.branding.actions.brand import change_brand
from inspralv.branding.actions.pictures import picture_address, take_picture
from inspralv.branding.queries.brand import find_brand
from inspralv.branding.schemas import BrandingChange, PartnerChange
from inspralv.foundation.jobs.job import Job, Task
from inspralv.onboarding import queries


class AdoptLogo(msgspec.Struct, frozen=True):
    """Nothing to say: the partner is the job's."""


async def adopt_logo(job: Job, _args: AdoptLogo) -> None:
    """Put the logo of a new partner's application among its files and into its brand, unless the partner has chosen
    another one. Cut off anywhere it begins anew: the application keeps the logo until the brand shows it."""
    async with job.partner() as ctx:
        applied = await queries.find_applied_logo(ctx)
    if applied is None:
        return
    async with job.partner() as ctx:
        picture = await take_picture(ctx, "logo", applied)
        brand = await find_brand(ctx)
        if brand.branding.logo_url is None:
            change = PartnerChange(branding=BrandingChange(logo_url=picture_address(picture.name)))
            await change_brand(ctx, change, brand.version)
        await queries.forget_applied_logo(ctx)


ADOPT_LOGO = Task("onboarding.adopt_logo", AdoptLogo, adopt_logo)
