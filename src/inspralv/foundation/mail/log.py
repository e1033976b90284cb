"""What became of mails, for people who look after them: a list without the texts, and sending one again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.sending import send_job

STATUSES = ("queued", "sent", "kept", "failed")
PAGE = 50
_LIST = """
SELECT id, template, recipient, sender, subject, status, error, attempts, created_at, sent_at, sent_by, plain <> '' AS has_text
  FROM mail_messages
 WHERE partner_id = $partner AND ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR id < $2)
 ORDER BY id DESC LIMIT $3
"""
_AGAIN = """
UPDATE mail_messages SET status = 'queued' WHERE partner_id = $partner AND id = $1 AND status = 'failed' AND plain <> ''
RETURNING recipient
"""
_EXISTS = "SELECT true FROM mail_messages WHERE partner_id = $partner AND id = $1"
_SWEEP = """
UPDATE mail_messages SET html = '', plain = ''
 WHERE partner_id = $partner AND status = 'failed' AND id < $1 AND plain <> ''
"""


class MailEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A mail without its text. `status` is queued, sent, kept (there is no way out) or failed; a failed one can be sent
    again as long as it `has_text`."""

    id: UUID
    template: str
    recipient: str
    sender: str
    subject: str
    status: str
    error: str | None
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    sent_by: str | None
    has_text: bool


async def list_entries(ctx: Context, status: str | None = None, before: UUID | None = None) -> list[MailEntry]:
    """Return the context's partner's mails, newest first: those before a mail, at most PAGE and one more, which tells
    that there are more."""
    return await ctx.fetch_all(MailEntry, _LIST, status, before, PAGE + 1)


async def send_again(ctx: Context, message_id: UUID) -> str:
    """Put a failed mail of the context's partner back into the queue and return its recipient. Raises NotFound, Conflict
    for a mail that has not failed, or whose text is gone."""
    recipient: str | None = await ctx.fetch_value(_AGAIN, message_id)
    if recipient is not None:
        ctx.defer(send_job(message_id))
        return recipient
    if not await ctx.fetch_value(_EXISTS, message_id):
        raise NotFound(_("There is no such mail."))
    raise Conflict(_("Only a mail that has failed and still has its text can be sent again."))


async def forget_texts(ctx: Context, before: UUID) -> None:
    """Let go of the texts of failed mails older than an id: the links in them have ended."""
    await ctx.execute(_SWEEP, before)
