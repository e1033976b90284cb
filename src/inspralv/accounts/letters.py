"""The mails of this slice, in the partner's brand."""

from __future__ import annotations

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.mail.mailer import Mailer
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.mail_brand import mail_brand, page_url


class Letter(msgspec.Struct, frozen=True):
    """What a mail of this slice says: where its button leads, and whom it greets. Only known people are greeted by
    name: what a stranger typed is not sent on to third parties."""

    link: str
    name: str = ""


async def ask_to_confirm(ctx: Context, partner: Partner, email: str, token: str) -> None:
    """Send the link that confirms a new account's address."""
    letter = Letter(page_url(ctx, partner, f"/confirm-email?token={token}"))
    await _post(ctx, partner, "confirm_email", email, f"Confirm your address for {partner.label}", letter)


async def tell_known(ctx: Context, partner: Partner, email: str, name: str) -> None:
    """Tell somebody who signs up again that there is an account already. Only the mailbox learns of it."""
    letter = Letter(page_url(ctx, partner, "/login"), name)
    await _post(ctx, partner, "already_registered", email, f"You have an account at {partner.label}", letter)


async def send_reset(ctx: Context, partner: Partner, email: str, name: str, token: str) -> None:
    """Send the link that sets a new password."""
    letter = Letter(page_url(ctx, partner, f"/reset-password?token={token}"), name)
    await _post(ctx, partner, "reset_password", email, f"Set a new password for {partner.label}", letter)


async def _post(ctx: Context, partner: Partner, template: str, email: str, subject: str, letter: Letter) -> None:
    await ctx.services.get(Mailer).post(ctx, mail_brand(ctx, partner), template, email, subject, letter)
