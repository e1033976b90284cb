"""The job that sends a mail: read, talk, write. A failure is kept with the mail and can be seen."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.mail import queries
from inspralv.foundation.mail.transports import Post


class SendMail(msgspec.Struct, frozen=True):
    """Which mail."""

    message_id: UUID


async def send_mail(job: Job, args: SendMail) -> None:
    """Hand one mail to the transport; one that has left already is left alone. Raises what the transport raises."""
    transport = job.services.get(Post).transport
    async with job.partner() as ctx:
        message = await queries.find_queued(ctx, args.message_id)
    if message is None:
        return
    try:
        await transport.send(message)
    except Exception as error:
        async with job.partner() as ctx:
            await queries.note_failure(ctx, message.id, _told(error))
        raise
    async with job.partner() as ctx:
        await (queries.mark_sent if transport.leaves else queries.mark_kept)(ctx, message.id)


async def give_up(job: Job, args: SendMail, error: Exception) -> None:
    """Mark the mail as failed, with what the last attempt said."""
    async with job.partner() as ctx:
        await queries.mark_failed(ctx, args.message_id, _told(error))


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__


SEND = Task("mail.send", SendMail, send_mail, queue="mail", attempts=8, give_up=give_up)
