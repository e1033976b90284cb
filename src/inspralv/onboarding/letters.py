"""The mails of an application, in the platform's brand."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.language.texts import Text
from inspralv.foundation.mail.mailer import Mailer
from inspralv.onboarding.schemas import PartnerRequest
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.mail_brand import mail_brand, page_url


class RequestLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What staff read about an application."""

    link: str
    name: str = ""
    company: str
    contact: str
    email: str
    subdomain: str
    domain: str


class ApprovedLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`link` sets the owner's password once; `address` is the partner's own front door."""

    link: str
    name: str
    company: str
    address: str
    email: str


class RejectedLetter(msgspec.Struct, frozen=True, kw_only=True):
    link: str
    name: str
    company: str
    reason: str


async def tell_staff(
    ctx: Context, platform: Partner, staff: list[str], request_id: UUID, letter: RequestLetter
) -> None:
    """Ask the operator for a decision."""
    told = msgspec.structs.replace(letter, link=page_url(ctx, platform, f"/super-admin/partner-requests/{request_id}"))
    for address in staff:
        subject = Text("%(company)s wants to become a partner", company=letter.company)
        await _post(ctx, platform, "partner_request", address, subject, told)


async def welcome(ctx: Context, platform: Partner, letter: ApprovedLetter) -> None:
    """Tell the applicant that everything is ready."""
    await _post(
        ctx, platform, "partner_approved", letter.email, Text("%(company)s is ready", company=letter.company), letter
    )


async def decline(ctx: Context, platform: Partner, request: PartnerRequest, reason: str) -> None:
    """Tell the applicant why not."""
    letter = RejectedLetter(
        link=page_url(ctx, platform, "/"), name=request.contact_name, company=request.company_name, reason=reason
    )
    subject = Text("Your request for %(company)s", company=request.company_name)
    await _post(ctx, platform, "partner_rejected", request.contact_email, subject, letter)


async def _post(ctx: Context, platform: Partner, template: str, email: str, subject: Text, letter: object) -> None:
    brand = await mail_brand(ctx, platform, email)
    await ctx.services.get(Mailer).post(ctx, brand, template, email, subject, letter)
