"""A copy of one's own data, and the end of one's account, as pages. They work without JavaScript."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response
from litestar.response import Redirect, Stream

from inspralv.accounts.account_models import DeletionSection
from inspralv.accounts.account_pages import profile_page, section
from inspralv.accounts.actions import deleting, exporting
from inspralv.accounts.actions.proving import is_fresh
from inspralv.accounts.page_forms import UNPROCESSABLE, read_account_form, refused, status_of
from inspralv.accounts.page_models import GoodbyePage
from inspralv.accounts.pages import SEE_OTHER
from inspralv.accounts.queries import deletion
from inspralv.accounts.schemas import AccountDeletion, Identity
from inspralv.foundation.errors import Conflict, Invalid, NotFound, TooMany
from inspralv.foundation.files import FileMissing, FileStore
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import account, public
from inspralv.tenancy.contexts import AccountContext, PublicContext
from inspralv.tenancy.session_cookie import SessionPolicy

DOWNLOAD: Final = "/account/export/data.zip"
_TITLE = N_("Delete your account")


@post("/account/export", access=account())
async def submit_export(ctx: AccountContext, data: FormBody) -> View | Redirect:
    """Have a copy of one's data made."""
    wanted, asking = read_account_form(data, Identity)
    if wanted is None:
        return await profile_page(ctx, asking=asking, status=UNPROCESSABLE)
    try:
        await exporting.ask_for_export(ctx, wanted.password)
    except (Invalid, Conflict, TooMany) as refusal:
        status = refusal.status if isinstance(refusal, Conflict) else status_of(refusal)
        return await profile_page(ctx, asking=refused(asking, refusal), status=status, headers=refusal.headers)
    return Redirect("/account?done=export#your-data", status_code=SEE_OTHER)


@get(DOWNLOAD, access=account())
async def download_export(ctx: AccountContext) -> Response[Any]:
    """Send the copy of one's data."""
    found = await exporting.take_export(ctx)
    headers = {
        "content-disposition": f'attachment; filename="your-data-{ctx.partner.slug}-{found.asked_at:%Y-%m-%d}.zip"',
        "content-length": str(found.size_bytes),
    }
    async with ctx.on_the_network():
        try:
            pieces = await ctx.services.get(FileStore).read(exporting.export_key(ctx.partner_id, found.id))
        except FileMissing:
            raise NotFound(_("The copy of your data is gone. Ask for a new one.")) from None
    return Stream(pieces, media_type="application/zip", headers=headers)


@get("/account/deletion", access=account())
async def show_deletion(ctx: AccountContext) -> View:
    """Show what goes with the account, and what has to be done before."""
    return await _deletion(ctx, Form())


@post("/account/deletion", access=account())
async def submit_deletion(ctx: AccountContext, data: FormBody) -> View | Redirect:
    """Delete one's account, and say goodbye."""
    wanted, form = read_account_form(data, AccountDeletion)
    if wanted is None:
        return await _deletion(ctx, form, status=UNPROCESSABLE)
    try:
        await deleting.delete_account(ctx, wanted)
    except (Invalid, Conflict, TooMany) as refusal:
        status = refusal.status if isinstance(refusal, Conflict) else status_of(refusal)
        return await _deletion(ctx, refused(form, refusal), status=status, headers=refusal.headers)
    policy = ctx.services.get(SessionPolicy)
    return Redirect("/goodbye", status_code=SEE_OTHER, cookies=[policy.withdraw()])


async def _deletion(ctx: AccountContext, form: Form[Any], **options: Any) -> View:
    prospect = await deletion.find_prospect(ctx, ctx.me.id, ctx.session_id)
    fresh = is_fresh(ctx, prospect.signed_in_at)
    page = DeletionSection(form=form, email=ctx.me.email, prospect=prospect, fresh=fresh)
    return section("deletion", page, _TITLE, **options)


@get("/goodbye", access=public("whose account is deleted is signed in no more"))
async def show_goodbye(ctx: PublicContext) -> View:
    """Say that the account is gone."""
    return View("accounts/goodbye.html", GoodbyePage(ctx.partner.label), title=_("Goodbye"))


ROUTES = (submit_export, download_export, show_deletion, submit_deletion, show_goodbye)
