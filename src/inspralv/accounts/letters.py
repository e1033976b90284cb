"""The mails of this slice, in the partner's brand."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inspralv.accounts.devices import device
from inspralv.accounts.jobs import SecurityArgs, SecurityNews
from inspralv.accounts.schemas import Account, WaitingAddress
from inspralv.foundation.context import Context
from inspralv.foundation.language.texts import N_, Text
from inspralv.foundation.mail.mailer import Mailer
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.mail_brand import mail_brand, page_url

_NEWS: dict[SecurityNews, str] = {
    "new_sign_in": N_("New sign-in to your account"),
    "password_changed": N_("Your password was changed"),
    "two_factor_on": N_("Two-factor sign-in is on"),
    "two_factor_off": N_("Two-factor sign-in is off"),
    "recovery_codes_made": N_("You have new recovery codes"),
    "recovery_code_used": N_("A recovery code was used"),
    "passkey_added": N_("A passkey was added"),
    "passkey_removed": N_("A passkey was removed"),
    "identity_linked": N_("An account elsewhere was linked"),
    "identity_unlinked": N_("A linked account was removed"),
    "api_key_made": N_("An API key was made"),
    "second_steps_reset": N_("Your second step was reset"),
}


class Letter(msgspec.Struct, frozen=True):
    """What a mail of this slice says: where its button leads, and whom it greets. Only known people are greeted by
    name: what a stranger typed is not sent on to third parties."""

    link: str
    name: str = ""


class AddressLetter(msgspec.Struct, frozen=True):
    """A mail about a change of address. The new mailbox is not greeted by name: it may be a stranger's."""

    link: str
    name: str
    old: str
    new: str


class SecurityLetter(msgspec.Struct, frozen=True):
    """What happened to an account, on which device, from which address, and when (UTC)."""

    link: str
    name: str
    news: SecurityNews
    device: Text
    ip: str
    at: datetime
    forgot: str


class DataLetter(msgspec.Struct, frozen=True):
    """Where the copy of one's data can be downloaded, and until when."""

    link: str
    name: str
    until: datetime


async def ask_to_confirm(ctx: Context, partner: Partner, email: str, token: str) -> None:
    """Send the link that confirms a new account's address."""
    letter = Letter(page_url(ctx, partner, f"/confirm-email?token={token}"))
    await _post(
        ctx, partner, "confirm_email", email, Text("Confirm your address for %(site)s", site=partner.label), letter
    )


async def tell_known(ctx: Context, partner: Partner, email: str, name: str) -> None:
    """Tell somebody who signs up again that there is an account already. Only the mailbox learns of it."""
    letter = Letter(page_url(ctx, partner, "/login"), name)
    await _post(
        ctx, partner, "already_registered", email, Text("You have an account at %(site)s", site=partner.label), letter
    )


async def send_reset(ctx: Context, partner: Partner, email: str, name: str, token: str) -> None:
    """Send the link that sets a new password."""
    letter = Letter(page_url(ctx, partner, f"/reset-password?token={token}"), name)
    await _post(
        ctx, partner, "reset_password", email, Text("Set a new password for %(site)s", site=partner.label), letter
    )


async def ask_old_address(ctx: Context, partner: Partner, change: WaitingAddress, token: str) -> None:
    """Ask the address that somebody has whether it may be replaced; the link also stops it."""
    link = page_url(ctx, partner, f"/confirm-address?token={token}")
    letter = AddressLetter(link, change.first_name, change.old_email, change.new_email)
    await _post(ctx, partner, "change_address_old", change.old_email, Text("Your e-mail address is to change"), letter)


async def ask_new_address(ctx: Context, partner: Partner, change: WaitingAddress, token: str) -> None:
    """Ask the address that somebody wants whether it is theirs."""
    link = page_url(ctx, partner, f"/confirm-address?token={token}")
    letter = AddressLetter(link, "", "", change.new_email)
    subject = Text("Confirm your new address for %(site)s", site=partner.label)
    await _post(ctx, partner, "change_address_new", change.new_email, subject, letter)


async def tell_taken(ctx: Context, partner: Partner, email: str) -> None:
    """Tell a mailbox that somebody wanted its address, which has an account. Only the mailbox learns of it."""
    letter = Letter(page_url(ctx, partner, "/login"))
    await _post(
        ctx,
        partner,
        "address_taken",
        email,
        Text("This address has an account at %(site)s", site=partner.label),
        letter,
    )


async def tell_security(ctx: Context, partner: Partner, account: Account, args: SecurityArgs) -> None:
    """Tell a person what happened to their account."""
    page = "/account/sessions" if args.news == "new_sign_in" else "/account"
    letter = SecurityLetter(
        link=page_url(ctx, partner, page), name=account.first_name, news=args.news,
        device=device(args.user_agent), ip=args.ip, at=args.at,
        forgot=page_url(ctx, partner, "/forgot-password"),
    )  # fmt: skip
    subject = Text("%(news)s: %(site)s", news=Text(_NEWS[args.news]), site=partner.label)
    await _post(ctx, partner, "security_notice", account.email, subject, letter)


async def tell_data_ready(ctx: Context, partner: Partner, account: Account, until: datetime) -> None:
    """Tell a person that the copy of their data can be downloaded."""
    link = page_url(ctx, partner, "/account#your-data")
    letter = DataLetter(link, account.first_name, until)
    await _post(ctx, partner, "data_ready", account.email, Text("Your data is ready"), letter)


async def say_farewell(ctx: Context, partner: Partner, email: str, name: str) -> None:
    """Tell a person that their account is gone. It is the last mail to that address."""
    letter = Letter(page_url(ctx, partner, "/"), name)
    await _post(
        ctx, partner, "account_deleted", email, Text("Your account at %(site)s is deleted", site=partner.label), letter
    )


async def _post(ctx: Context, partner: Partner, template: str, email: str, subject: Text, letter: object) -> None:
    await ctx.services.get(Mailer).post(ctx, await mail_brand(ctx, partner, email), template, email, subject, letter)
