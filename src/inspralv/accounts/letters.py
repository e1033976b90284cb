"""The mails of this slice, in the partner's brand."""

from __future__ import annotations

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.mail.mailer import MailBrand, Mailer
from inspralv.foundation.web.addresses import Addresses
from inspralv.tenancy.directory import Partner


class Letter(msgspec.Struct, frozen=True):
    """What a mail of this slice says: whom it greets and where its button leads."""

    name: str
    link: str


def brand_of(ctx: Context, partner: Partner) -> MailBrand:
    """Return what mails show of a partner; links lead to its verified host."""
    color = partner.branding.primary_color
    home = ctx.services.get(Addresses).url(partner.host, "/")
    return MailBrand(partner.label, color, _ink_on(color), home, partner.branding.support_email)


async def ask_to_confirm(ctx: Context, partner: Partner, email: str, name: str, token: str) -> None:
    """Send the link that confirms a new account's address."""
    link = ctx.services.get(Addresses).url(partner.host, f"/confirm-email?token={token}")
    await _post(ctx, partner, "confirm_email", email, f"Confirm your address for {partner.label}", Letter(name, link))


async def tell_known(ctx: Context, partner: Partner, email: str, name: str) -> None:
    """Tell somebody who signs up again that there is an account already. Only the mailbox learns of it."""
    link = ctx.services.get(Addresses).url(partner.host, "/login")
    await _post(ctx, partner, "already_registered", email, f"You already have an account at {partner.label}", Letter(name, link))


async def send_reset(ctx: Context, partner: Partner, email: str, name: str, token: str) -> None:
    """Send the link that sets a new password."""
    link = ctx.services.get(Addresses).url(partner.host, f"/reset-password?token={token}")
    await _post(ctx, partner, "reset_password", email, f"Set a new password for {partner.label}", Letter(name, link))


async def _post(ctx: Context, partner: Partner, template: str, email: str, subject: str, letter: Letter) -> None:
    await ctx.services.get(Mailer).post(ctx, brand_of(ctx, partner), template, email, subject, letter)


def _ink_on(color: str) -> str:
    """Black or white, whichever reads better (WCAG relative luminance)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"  # noqa: PLR2004 - where both contrasts are equal
