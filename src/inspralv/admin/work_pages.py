"""The console's pages of jobs, deliveries and mails."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.accounts.mailbox import SHEET_POLICY
from inspralv.admin import work_actions as actions
from inspralv.admin import work_queries as queries
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.blotting import blotted_body, blotted_text
from inspralv.admin.schemas import StaffMember
from inspralv.admin.work_schemas import JobList, Letter, LetterFilter, LetterList, Mail, MailFilter, MailList
from inspralv.foundation.errors import Conflict
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.paging import PageNumber, Pages, pages_of
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_JOBS, _LETTERS, _MAILS = "/super-admin/jobs", "/super-admin/webhooks", "/super-admin/mail"
_SIZE = 20
_READ, _UPDATE = staff(P.PLATFORM_READ), staff(P.PLATFORM_UPDATE)
_DONE = {
    "retried": ("success", N_("Runs again"), N_("What failed is back in its queue.")),
    "nothing": ("info", N_("Nothing to do"), N_("It runs again already, or is done.")),
}


class JobsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The queues and the failed jobs of all of them, or of one."""

    me: StaffMember
    found: JobList
    queue: str
    at: Pages


class LettersPage(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries that came to nothing."""

    me: StaffMember
    found: LetterList
    status: str
    at: Pages


class LetterPage(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery; `body` is laid out, with secrets hidden."""

    me: StaffMember
    letter: Letter
    body: str


class MailsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The mails of all partners."""

    me: StaffMember
    found: MailList
    status: str
    search: str
    at: Pages


class MailPage(msgspec.Struct, frozen=True, kw_only=True):
    """One mail; the links in `plain` open nothing."""

    me: StaffMember
    mail: Mail
    plain: str


@get(_JOBS, access=_READ)
async def show_jobs(
    ctx: StaffContext, queue: FromQuery[str] = "", page: PageNumber = 1, done: FromQuery[str] = ""
) -> View:
    """Show every queue, and what has failed."""
    found = await queries.list_jobs(ctx, queue, page, _SIZE)
    rows = [msgspec.structs.replace(row, error=blotted_text(row.error) if row.error else None) for row in found.rows]
    at = pages_of(_JOBS, {"queue": queue}, page, _SIZE, found.total)
    model = JobsPage(me=ctx.staff, found=msgspec.structs.replace(found, rows=rows), queue=queue, at=at)
    return View("admin/jobs.html", model, title=_("Jobs"), flash=_DONE.get(done))


@post(f"{_JOBS}/retry", access=_UPDATE)
async def retry_all_jobs(ctx: StaffContext, data: FormBody) -> Redirect:
    """Run every failed job of a queue again, or of all queues."""
    return await _retry(ctx, None, data.get("queue", ""))


@post(f"{_JOBS}/{{job_id:int}}/retry", access=_UPDATE)
async def retry_job(ctx: StaffContext, job_id: FromPath[int]) -> Redirect:
    """Run one failed job again."""
    return await _retry(ctx, job_id)


@get(_LETTERS, access=_READ)
async def show_letters(
    ctx: StaffContext, status: FromQuery[LetterFilter] = "trouble", page: PageNumber = 1, done: FromQuery[str] = ""
) -> View:
    """Show deliveries of providers that came to nothing."""
    found = await queries.list_letters(ctx, status, page, _SIZE)
    at = pages_of(_LETTERS, {"status": status}, page, _SIZE, found.total)
    model = LettersPage(me=ctx.staff, found=found, status=status, at=at)
    return View("admin/webhooks.html", model, title=_("Webhooks"), flash=_DONE.get(done))


@get(f"{_LETTERS}/{{letter_id:uuid}}", access=_READ)
async def show_letter(ctx: StaffContext, letter_id: FromPath[UUID]) -> View:
    """Show one delivery and its body."""
    letter = await queries.find_letter(ctx, letter_id)
    return View(
        "admin/webhook.html",
        LetterPage(me=ctx.staff, letter=letter, body=blotted_body(letter.body)),
        title=_("Delivery"),
    )


@post(f"{_LETTERS}/{{letter_id:uuid}}/retry", access=_UPDATE)
async def retry_letter(ctx: StaffContext, letter_id: FromPath[UUID]) -> Redirect:
    """Work in a delivery again."""
    try:
        await actions.retry_letter(ctx, letter_id)
    except Conflict:
        await ctx.rollback()
        return Redirect(f"{_LETTERS}?done=nothing", status_code=303)
    return Redirect(f"{_LETTERS}?done=retried", status_code=303)


@get(_MAILS, access=_READ)
async def show_mails(
    ctx: StaffContext, status: FromQuery[MailFilter] = "all", search: FromQuery[str] = "", page: PageNumber = 1,
    done: FromQuery[str] = "",
) -> View:  # fmt: skip
    """Show the mails of all partners, newest first."""
    found = await queries.list_mails(ctx, status, search, page, _SIZE)
    at = pages_of(_MAILS, {"status": status, "search": search.strip()}, page, _SIZE, found.total)
    model = MailsPage(me=ctx.staff, found=found, status=status, search=search.strip(), at=at)
    return View("admin/mails.html", model, title=_("Mail"), flash=_DONE.get(done))


@get(f"{_MAILS}/{{mail_id:uuid}}", access=_READ)
async def show_mail(ctx: StaffContext, mail_id: FromPath[UUID]) -> View:
    """Show one mail."""
    mail = await queries.find_mail(ctx, mail_id)
    return View(
        "admin/mail.html", MailPage(me=ctx.staff, mail=mail, plain=blotted_text(mail.plain)), title=mail.subject
    )


@get(f"{_MAILS}/{{mail_id:uuid}}/html", access=_READ)
async def show_mail_sheet(ctx: StaffContext, mail_id: FromPath[UUID]) -> Response[str]:
    """Show one mail as its reader sees it, kept apart from the site. Its links open nothing."""
    mail = await queries.find_mail(ctx, mail_id)
    headers = {"content-security-policy": SHEET_POLICY}
    return Response(blotted_text(mail.html), media_type="text/html; charset=utf-8", headers=headers)


@post(f"{_MAILS}/{{mail_id:uuid}}/retry", access=_UPDATE)
async def repeat_mail(ctx: StaffContext, mail_id: FromPath[UUID]) -> Redirect:
    """Send a failed mail again."""
    try:
        await actions.repeat_mail(ctx, mail_id)
    except Conflict:
        await ctx.rollback()
        return Redirect(f"{_MAILS}?done=nothing", status_code=303)
    return Redirect(f"{_MAILS}?done=retried", status_code=303)


async def _retry(ctx: StaffContext, job_id: int | None, queue: str = "") -> Redirect:
    try:
        await actions.retry_jobs(ctx, job_id, queue)
    except Conflict:
        await ctx.rollback()
        return Redirect(f"{_JOBS}?done=nothing", status_code=303)
    return Redirect(f"{_JOBS}?done=retried", status_code=303)


ROUTES = (
    show_jobs, retry_all_jobs, retry_job, show_letters, show_letter, retry_letter, show_mails, show_mail,
    show_mail_sheet, repeat_mail,
)  # fmt: skip
