"""The development mailbox: what was sent, on pages. There is none in production."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath

from inspralv.accounts import queries
from inspralv.accounts.queries import Mail
from inspralv.foundation.errors import NotFound
from inspralv.foundation.mail.transports import Post
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext

_WHY = "developers read the mail that stays here; production has no such page"
_SHEET_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"


class MailboxOpen(msgspec.Struct, frozen=True):
    """Whether this installation shows its mailbox, as a part of the services."""

    is_open: bool


class MailboxPage(msgspec.Struct, frozen=True):
    """The latest mails of the host's partner, and how mail leaves this installation."""

    mails: tuple[Mail, ...]
    transport: str


@get("/dev/mail", access=public(_WHY))
async def show_mailbox(ctx: PublicContext) -> View:
    """The latest mails of the host's partner."""
    _require_open(ctx)
    page = MailboxPage(tuple(await queries.list_mail(ctx)), ctx.services.get(Post).transport.label)
    return View("accounts/mailbox.html", page, title="Mailbox")


@get("/dev/mail/{mail_id:uuid}", access=public(_WHY))
async def show_mail(ctx: PublicContext, mail_id: FromPath[UUID]) -> Response[str]:
    """One mail as a reader would see it."""
    _require_open(ctx)
    mail = await queries.find_mail(ctx, mail_id)
    if mail is None:
        raise NotFound("There is no such mail.")
    return Response(mail.html, media_type="text/html; charset=utf-8", headers={"content-security-policy": _SHEET_POLICY})


def _require_open(ctx: PublicContext) -> None:
    if not ctx.services.get(MailboxOpen).is_open:
        raise NotFound("The page does not exist.")
