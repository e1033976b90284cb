"""The mailbox: what was sent from this host, on pages for developers. There is none in production."""

from __future__ import annotations

from ipaddress import ip_address
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath

from inspralv.accounts.page_models import MailboxPage, MailPage
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail import queries
from inspralv.foundation.mail.message import KeptMessage
from inspralv.foundation.mail.transports import Post
from inspralv.foundation.web.addresses import hostname
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext

_WHY = "developers read the mail that stays here; production has no such page, and only this machine is let in"
# Mail is drawn by its own style attributes and by nothing else; no script, no form, no other site.
SHEET_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class MailboxOpen(msgspec.Struct, frozen=True):
    """Whether this installation shows its mailbox, as a part of the services."""

    is_open: bool


@get("/dev/mail", access=public(_WHY))
async def show_mailbox(ctx: PublicContext) -> View:
    """Show the latest mails of the host's partner."""
    require_open(ctx)
    page = MailboxPage(tuple(await queries.list_messages(ctx)), ctx.services.get(Post).transport.label)
    return View("accounts/mailbox.html", page, title=_("Mailbox"))


@get("/dev/mail/{mail_id:uuid}", access=public(_WHY))
async def show_mail(ctx: PublicContext, mail_id: FromPath[UUID]) -> View:
    """Show one mail as text."""
    mail = await _find(ctx, mail_id)
    return View("accounts/mail.html", MailPage(mail), title=mail.subject)


@get("/dev/mail/{mail_id:uuid}/html", access=public(_WHY))
async def show_mail_sheet(ctx: PublicContext, mail_id: FromPath[UUID]) -> Response[str]:
    """Show one mail as its reader sees it, kept apart from the site."""
    mail = await _find(ctx, mail_id)
    headers = {"content-security-policy": SHEET_POLICY}
    return Response(mail.html, media_type="text/html; charset=utf-8", headers=headers)


def is_mailbox_open(ctx: PublicContext) -> bool:
    """Whether the caller may read the mailbox: never in production, and only on this machine.

    The host name counts as well as the address: a proxy on this machine passes on requests from anywhere.
    """
    host, ip = hostname(ctx.origin.host), ctx.origin.ip or ""
    here = host == "localhost" or host.endswith(".localhost") or _is_loopback(host.strip("[]"))
    return ctx.services.get(MailboxOpen).is_open and here and _is_loopback(ip)


async def _find(ctx: PublicContext, mail_id: UUID) -> KeptMessage:
    require_open(ctx)
    mail = await queries.find_message(ctx, mail_id)
    if mail is None:
        raise NotFound(_("There is no such mail."))
    return mail


def require_open(ctx: PublicContext) -> None:
    """Raises NotFound where the mailbox is not shown."""
    if not is_mailbox_open(ctx):
        raise NotFound


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


ROUTES = (show_mailbox, show_mail, show_mail_sheet)
