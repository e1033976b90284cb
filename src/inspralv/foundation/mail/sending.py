"""The job that sends a mail: read, talk, write. A failure is kept with the mail and can be seen."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.mail.message import Message
from inspralv.foundation.mail.transports import Post

_READ = """
SELECT id, sender, recipient, subject, html, plain FROM mail_messages
 WHERE partner_id = $partner AND id = $1 AND status <> 'sent'
"""
_SENT = """
UPDATE mail_messages SET status = 'sent', sent_at = $now, attempts = attempts + 1, error = NULL
 WHERE partner_id = $partner AND id = $1
"""
_FAILED = """
UPDATE mail_messages SET status = $2, attempts = attempts + 1, error = $3 WHERE partner_id = $partner AND id = $1
"""


class SendMail(msgspec.Struct, frozen=True):
    """Which mail."""

    message_id: UUID


async def send_mail(job: Job, args: SendMail) -> None:
    """Hand one mail to the transport; a mail that was sent already is left alone."""
    async with job.partner() as ctx:
        message = await ctx.fetch_one(Message, _READ, args.message_id)
    if message is None:
        return
    try:
        await job.services.get(Post).transport.send(message)
    except Exception as error:
        async with job.partner() as ctx:
            await ctx.execute(_FAILED, args.message_id, "queued", str(error)[:500])
        raise
    async with job.partner() as ctx:
        await ctx.execute(_SENT, args.message_id)


async def give_up(job: Job, args: SendMail, error: Exception) -> None:
    """Mark the mail as failed, with what the last attempt said."""
    async with job.partner() as ctx:
        await ctx.execute(_FAILED, args.message_id, "failed", str(error)[:500])


SEND = Task("mail.send", SendMail, send_mail, queue="mail", attempts=8, give_up=give_up)
