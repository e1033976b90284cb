"""The mails that invite, in the partner's brand."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.language.texts import Text
from inspralv.foundation.mail.mailer import Mailer
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.mail_brand import mail_brand, page_url


class InvitationLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`place` is what the person is invited to; `workspaces` come with an invitation to the organisation."""

    link: str
    name: str = ""
    place: str
    inviter: str
    role: str
    message: str
    expires_at: datetime
    workspaces: tuple[str, ...] = ()


async def invite_to_workspace(ctx: Context, partner: Partner, email: str, letter: InvitationLetter) -> None:
    """Invite somebody to a workspace."""
    await _post(ctx, partner, "workspace_invitation", email, _subject(letter), letter)


async def invite_to_partner(ctx: Context, partner: Partner, email: str, letter: InvitationLetter) -> None:
    """Invite somebody to the organisation."""
    await _post(ctx, partner, "partner_invitation", email, _subject(letter), letter)


def accept_link(ctx: Context, partner: Partner, path: str, token: str) -> str:
    """Return the address where an invitation is accepted."""
    return page_url(ctx, partner, f"{path}?token={token}")


def _subject(letter: InvitationLetter) -> Text:
    return Text("%(inviter)s invites you to %(place)s", inviter=letter.inviter, place=letter.place)


async def _post(
    ctx: Context, partner: Partner, template: str, email: str, subject: Text, letter: InvitationLetter
) -> None:
    await ctx.services.get(Mailer).post(ctx, await mail_brand(ctx, partner, email), template, email, subject, letter)
