"""The mails of this slice, in the partner's brand."""

from __future__ import annotations

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.mail.mailer import MailBrand, Mailer
from inspralv.foundation.web.addresses import Addresses
from inspralv.tenancy.directory import Partner

_EQUAL_CONTRAST = 0.179  # the luminance at which black and white read equally well (WCAG 2.2, contrast ratio)


class Letter(msgspec.Struct, frozen=True):
    """What a mail of this slice says: where its button leads, and whom it greets. Only known people are greeted by
    name: what a stranger typed is not sent on to third parties."""

    link: str
    name: str = ""


async def ask_to_confirm(ctx: Context, partner: Partner, email: str, token: str) -> None:
    """Send the link that confirms a new account's address."""
    letter = Letter(_url(ctx, partner, f"/confirm-email?token={token}"))
    await _post(ctx, partner, "confirm_email", email, f"Confirm your address for {partner.label}", letter)


async def tell_known(ctx: Context, partner: Partner, email: str, name: str) -> None:
    """Tell somebody who signs up again that there is an account already. Only the mailbox learns of it."""
    letter = Letter(_url(ctx, partner, "/login"), name)
    await _post(ctx, partner, "already_registered", email, f"You have an account at {partner.label}", letter)


async def send_reset(ctx: Context, partner: Partner, email: str, name: str, token: str) -> None:
    """Send the link that sets a new password."""
    letter = Letter(_url(ctx, partner, f"/reset-password?token={token}"), name)
    await _post(ctx, partner, "reset_password", email, f"Set a new password for {partner.label}", letter)


async def _post(ctx: Context, partner: Partner, template: str, email: str, subject: str, letter: Letter) -> None:
    color = partner.branding.primary_color
    brand = MailBrand(partner.label, color, _ink_on(color), _url(ctx, partner, "/"), partner.branding.support_email)
    await ctx.services.get(Mailer).post(ctx, brand, template, email, subject, letter)


def _url(ctx: Context, partner: Partner, path: str) -> str:
    return ctx.services.get(Addresses).url(partner.host, path)


def _ink_on(color: str) -> str:
    """Black or white, whichever reads better on #RRGGBB."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > _EQUAL_CONTRAST else "#ffffff"
