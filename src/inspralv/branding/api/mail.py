"""The API of a partner's mail: how it leaves, and what became of it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody, QueryParameter

from inspralv.branding.actions import mail as actions
from inspralv.branding.mail_schemas import MailChange, MailLog, MailSettings, SentAgain, TestOutcome
from inspralv.branding.mail_views import settings_of
from inspralv.branding.queries.mail_settings import find_row
from inspralv.foundation.mail.log import PAGE, list_entries
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import get, patch, post
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_UPDATE = partner(P.PARTNER_SETTINGS_UPDATE)
Status = Annotated[
    Literal["queued", "sent", "kept", "failed"] | None, QueryParameter(description="Only mails of this state.")
]
Before = Annotated[UUID | None, QueryParameter(description="Only mails older than this one.")]


@get("/api/partner/mail", access=_UPDATE, tags=["Mail"])
async def read_mail_settings(ctx: PartnerContext) -> Response[Data[MailSettings]]:
    """Tell how your mail leaves; the `ETag` is the version of the settings. Secrets are never told."""
    row = await find_row(ctx)
    return Response(Data(settings_of(ctx, row)), headers=etag(row.version))


@patch("/api/partner/mail", access=_UPDATE, raises=(409,), tags=["Mail"])
async def change_mail_settings(
    ctx: PartnerContext, data: JSONBody[MailChange], if_match: IfMatch = None
) -> Response[Data[MailSettings]]:
    """Change how your mail leaves: exactly what is sent. Try it with a test mail. Needs the feature `white_label`."""
    row = await actions.change_mail(ctx, data, expected_version(if_match))
    return Response(Data(settings_of(ctx, row)), headers=etag(row.version))


@post("/api/partner/mail/test", access=_UPDATE, status_code=200, tags=["Mail"])
async def send_test_mail(ctx: PartnerContext) -> Data[TestOutcome]:
    """Send a mail to yourself, now, and learn what the mail server says."""
    return Data(await actions.send_test(ctx))


@get("/api/partner/mail/messages", access=_UPDATE, tags=["Mail"])
async def list_mail_messages(ctx: PartnerContext, status: Status = None, before: Before = None) -> Data[MailLog]:
    """List your mails, newest first, without their texts."""
    found = await list_entries(ctx, status, before)
    return Data(MailLog(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None))


@post("/api/partner/mail/messages/{mail_id:uuid}/send", access=_UPDATE, status_code=202, raises=(409,), tags=["Mail"])
async def send_mail_again(ctx: PartnerContext, mail_id: FromPath[UUID]) -> Data[SentAgain]:
    """Send a failed mail again."""
    await actions.send_again(ctx, mail_id)
    return Data(SentAgain())


ROUTES = (read_mail_settings, change_mail_settings, send_test_mail, list_mail_messages, send_mail_again)
