"""/org/mail: what became of mails, how they leave, and sending failed ones again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.accounts.mailbox import SHEET_POLICY
from inspralv.branding.actions import mail as actions
from inspralv.branding.forms import read_mail, values_of_mail, version_of, without_secrets
from inspralv.branding.mail_schemas import MailRow
from inspralv.branding.mail_views import settings_of
from inspralv.branding.mail_views import without_secrets as masked
from inspralv.branding.page_models import DeliveryPage, LoggedMailPage, MailLogPage
from inspralv.branding.queries.mail_settings import find_row
from inspralv.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.mail import queries
from inspralv.foundation.mail.log import PAGE, STATUSES, list_entries
from inspralv.foundation.mail.message import KeptMessage
from inspralv.foundation.mail.transports import Post
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_UPDATE = partner(P.PARTNER_SETTINGS_UPDATE)
_LOG = "/org/mail"
_DELIVERY = f"{_LOG}/delivery"
_ONE = f"{_LOG}/{{mail_id:uuid}}"
_SAVED = ("success", N_("Saved"), N_("Send a test mail to see whether it works."))
_AGAIN = ("success", N_("On its way again"), N_("The list shows what comes of it."))


@get(_LOG, access=_UPDATE)
async def show_mail_log(
    ctx: PartnerContext, status: FromQuery[str] = "", before: FromQuery[UUID | None] = None, done: FromQuery[str] = ""
) -> View:
    """List the mails of the organisation."""
    chosen = status if status in STATUSES else ""
    found = await list_entries(ctx, chosen or None, before)
    older = f"{_LOG}?status={chosen}&before={found[PAGE - 1].id}" if len(found) > PAGE else None
    model = MailLogPage(mails=tuple(found[:PAGE]), status=chosen, older=older, first=before is None)
    return View(
        "branding/mail_log.html", model, _("Mail"), [(_("Mail"), "")], flash=_AGAIN if done == "again" else None
    )


@get(_DELIVERY, access=_UPDATE)
async def show_delivery(ctx: PartnerContext, saved: FromQuery[str] = "") -> View:
    """Show how mail leaves."""
    row = await find_row(ctx)
    return _delivery(ctx, row, Form(values_of_mail(row)), flash=_SAVED if saved else None)


@post(_DELIVERY, access=_UPDATE, status_code=200)
async def save_delivery(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Change how mail leaves."""
    change, form = read_mail(data)
    if change is None:
        return _delivery(ctx, await find_row(ctx), form, status=400)
    try:
        await actions.change_mail(ctx, change, version_of(data))
    except Forbidden as refusal:
        row = await find_row(ctx)
        return _delivery(ctx, row, Form(values_of_mail(row), {"": refusal.detail}), status=refusal.status)
    except Invalid as refusal:
        return _delivery(ctx, await find_row(ctx), form_of_refusal(without_secrets(data), refusal), status=400)
    except Conflict:
        return _delivery(ctx, await find_row(ctx), Form(without_secrets(data)), status=409, conflict=True)
    return Redirect(f"{_DELIVERY}?saved=1", status_code=303)


@post(f"{_LOG}/test", access=_UPDATE, status_code=200)
async def try_delivery(ctx: PartnerContext) -> View:
    """Send a test mail to the caller, and show what came of it."""
    outcome = await actions.send_test(ctx)
    row = await find_row(ctx)
    flashes = {
        "sent": (
            "success",
            _("The mail has left"),
            _("Look into the mailbox of %(recipient)s.", recipient=outcome.recipient),
        ),
        "kept": ("info", _("The mail stays here"), _("Nothing leaves this installation; the mail is in its mailbox.")),
        "failed": ("error", _("The mail did not leave"), outcome.error or ""),
    }
    return _delivery(ctx, row, Form(values_of_mail(row)), flash=flashes[outcome.status])


@get(_ONE, access=_UPDATE)
async def show_logged_mail(ctx: PartnerContext, mail_id: FromPath[UUID]) -> View:
    """Show one mail, without the secrets of its links."""
    mail = await _find(ctx, mail_id)
    model = LoggedMailPage(mail, masked(mail.plain))
    return View("branding/mail.html", model, mail.subject, [(_("Mail"), _LOG), (mail.subject, "")])


@get(f"{_ONE}/html", access=_UPDATE)
async def show_logged_sheet(ctx: PartnerContext, mail_id: FromPath[UUID]) -> Response[str]:
    """Show one mail as its reader sees it, without the secrets of its links, kept apart from the site."""
    mail = await _find(ctx, mail_id)
    headers = {"content-security-policy": SHEET_POLICY}
    return Response(masked(mail.html), media_type="text/html; charset=utf-8", headers=headers)


@post(f"{_ONE}/send", access=_UPDATE)
async def repeat_mail(ctx: PartnerContext, mail_id: FromPath[UUID]) -> Redirect:
    """Send a failed mail again."""
    await actions.send_again(ctx, mail_id)
    return Redirect(f"{_LOG}?done=again", status_code=303)


async def _find(ctx: PartnerContext, mail_id: UUID) -> KeptMessage:
    mail = await queries.find_message(ctx, mail_id)
    if mail is None:
        raise NotFound(_("There is no such mail."))
    return mail


def _delivery(
    ctx: PartnerContext,
    row: MailRow,
    form: Form[Any],
    *,
    status: int = 200,
    conflict: bool = False,
    flash: tuple[str, str, str] | None = None,
) -> View:
    platform = ctx.services.get(Post).transport
    words = _("Somebody else has saved this meanwhile. Load the page again to see it; what you typed is still here.")
    model = DeliveryPage(
        form=form, settings=settings_of(ctx, row), platform=platform.label, leaves=platform.leaves, me=ctx.me.email,
        plan_href="/org/plan" if ctx.may(P.PARTNER_STATS_READ) else "", conflict=words if conflict else "",
    )  # fmt: skip
    crumbs = [(_("Mail"), _LOG), (_("Delivery"), "")]
    return View("branding/delivery.html", model, _("Mail delivery"), crumbs, status=status, flash=flash)


ROUTES = (
    show_mail_log, show_delivery, save_delivery, try_delivery, show_logged_mail, show_logged_sheet, repeat_mail,
)  # fmt: skip
