"""/dev/mail/templates: every mail there is, in the host's brand, with made-up content. There is none in production."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from inspralv.accounts.mailbox import SHEET_POLICY, require_open
from inspralv.branding.page_models import SamplesPage
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.languages import spoken
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.mailer import Mailer
from inspralv.foundation.mail.message import Message
from inspralv.foundation.mail.samples import LetterSamples
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.mail_brand import brand_in

_WHY = "developers look at every mail; production has no such page, and only this machine is let in"
_ALL = "/dev/mail/templates"


@get(_ALL, access=public(_WHY))
async def show_samples(ctx: PublicContext) -> View:
    """List every template."""
    require_open(ctx)
    found = sorted(ctx.services.get(LetterSamples).samples, key=lambda one: one.template)
    return View("branding/samples.html", SamplesPage(tuple(found)), title=_("Mail templates"))


@get(f"{_ALL}/{{template:str}}/html", access=public(_WHY))
async def show_sample_sheet(ctx: PublicContext, template: FromPath[str]) -> Response[str]:
    """Show one template as its reader sees it."""
    headers = {"content-security-policy": SHEET_POLICY}
    return Response(_drawn(ctx, template).html, media_type="text/html; charset=utf-8", headers=headers)


@get(f"{_ALL}/{{template:str}}/text", access=public(_WHY))
async def show_sample_text(ctx: PublicContext, template: FromPath[str]) -> Response[str]:
    """Show one template as plain text."""
    return Response(_drawn(ctx, template).plain, media_type="text/plain; charset=utf-8")


def _drawn(ctx: PublicContext, template: str) -> Message:
    require_open(ctx)
    sample = ctx.services.get(LetterSamples).find(template)
    if sample is None:
        raise NotFound(_("There is no such template."))
    brand = brand_in(ctx, ctx.partner, spoken())
    mailer = ctx.services.get(Mailer)
    return mailer.compose(ctx, brand, template, "nora@client.example", sample.subject, sample.model)


ROUTES = (show_samples, show_sample_sheet, show_sample_text)
