"""The statements of the outbox."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.foundation.mail.message import KeptMessage, Message

_LONGEST_ERROR = 500
_ADD = """
INSERT INTO mail_messages (partner_id, id, template, recipient, sender, subject, html, plain, reply_to, created_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $now)
"""
# One that has failed is sent by whoever has its job run again. The text of old ones is gone.
_TO_SEND = """
SELECT id, sender, recipient, subject, html, plain, reply_to FROM mail_messages
 WHERE partner_id = $partner AND id = $1 AND status IN ('queued', 'failed') AND plain <> ''
"""
_KEEP = """
UPDATE mail_messages SET status = 'kept', sent_at = $now, attempts = attempts + 1, error = NULL, sender = $2, sent_by = $3
 WHERE partner_id = $partner AND id = $1
"""
_MARK_SENT = """
UPDATE mail_messages SET status = 'sent', sent_at = $now, attempts = attempts + 1, error = NULL, html = '', plain = '',
       sender = $2, sent_by = $3
 WHERE partner_id = $partner AND id = $1
"""
_NOTE_FAILURE = """
UPDATE mail_messages SET attempts = attempts + 1, error = $2 WHERE partner_id = $partner AND id = $1
"""
_MARK_FAILED = """
UPDATE mail_messages SET status = 'failed', error = $2 WHERE partner_id = $partner AND id = $1
"""
_KEPT = "id, template, recipient, sender, subject, html, plain, reply_to, status, error, attempts, created_at, sent_by"
_LIST = f"SELECT {_KEPT} FROM mail_messages WHERE partner_id = $partner ORDER BY id DESC LIMIT 100"
_FIND = f"SELECT {_KEPT} FROM mail_messages WHERE partner_id = $partner AND id = $1"


async def add_message(ctx: Context, template: str, message: Message) -> None:
    """Add a mail to the outbox; `template` is remembered for people who look at it."""
    await ctx.execute(
        _ADD, message.id, template, message.recipient, message.sender, message.subject, message.html, message.plain,
        message.reply_to,
    )  # fmt: skip


async def find_unsent(ctx: Context, message_id: UUID) -> Message | None:
    """Return a mail that still has to be sent, or None."""
    return await ctx.fetch_one(Message, _TO_SEND, message_id)


async def mark_kept(ctx: Context, message: Message, sent_by: str) -> None:
    """Note that the mail stays here to be read."""
    await ctx.execute(_KEEP, message.id, message.sender, sent_by)


async def mark_sent(ctx: Context, message: Message, sent_by: str) -> None:
    """Note that the mail has left. Its text goes: it holds links that are nobody's business but the recipient's."""
    await ctx.execute(_MARK_SENT, message.id, message.sender, sent_by)


async def note_failure(ctx: Context, message_id: UUID, error: str) -> None:
    """Keep what the last attempt said; another one follows."""
    await ctx.execute(_NOTE_FAILURE, message_id, error[:_LONGEST_ERROR])


async def mark_failed(ctx: Context, message_id: UUID, error: str) -> None:
    """Give the mail up, keeping the reason; the text stays for a while, so that it can be sent again."""
    await ctx.execute(_MARK_FAILED, message_id, error[:_LONGEST_ERROR])


async def list_messages(ctx: Context) -> list[KeptMessage]:
    """Return the partner's latest mails, newest first, at most 100."""
    return await ctx.fetch_all(KeptMessage, _LIST)


async def find_message(ctx: Context, message_id: UUID) -> KeptMessage | None:
    """Return one mail of the partner, or None."""
    return await ctx.fetch_one(KeptMessage, _FIND, message_id)
