"""The mail of this slice, in the partner's brand."""

from __future__ import annotations

import msgspec

from inspralv.domains import queries
from inspralv.domains.schemas import Domain
from inspralv.foundation.context import Context
from inspralv.foundation.language.texts import Text
from inspralv.foundation.mail.mailer import Mailer
from inspralv.tenancy.directory import Directory
from inspralv.tenancy.mail_brand import mail_brand, page_url


class LapseLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the mail about a lapsed domain says."""

    link: str
    name: str
    domain: str
    reason: str


async def tell_of_lapse(ctx: Context, domain: Domain, reason: str) -> None:
    """Tell the owners that a domain leads here no more. The links lead to a name that still does."""
    left = [one.hostname for one in await queries.list_domains(ctx) if one.is_proved]
    known = await ctx.services.get(Directory).by_id.get(ctx.partner_id)
    partner = msgspec.structs.replace(known, host=left[0] if left else None)
    for owner in await queries.list_owners(ctx):
        letter = LapseLetter(
            link=page_url(ctx, partner, f"/org/domains/{domain.hostname}"), name=owner.first_name,
            domain=domain.readable, reason=reason,
        )  # fmt: skip
        subject = Text("%(domain)s does not lead to %(site)s any more", domain=domain.readable, site=partner.label)
        await ctx.services.get(Mailer).post(
            ctx, await mail_brand(ctx, partner, owner.email), "domain_lapsed", owner.email, subject, letter
        )
