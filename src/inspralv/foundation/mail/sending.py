"""The job that sends a mail: read, talk, write. A failure is kept with the mail and can be seen."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.jobs.job import Deferred, Job, Task
from inspralv.foundation.mail import queries
from inspralv.foundation.mail.message import header
from inspralv.foundation.mail.transports import Post


class SendMail(msgspec.Struct, frozen=True):
    """Which mail."""

    message_id: UUID


async def send_mail(job: Job, args: SendMail) -> None:
    """Hand one mail to the partner's way; one that has left already is left alone. There is no other way to fall back
    to. Raises what the transport raises."""
    async with job.partner() as ctx:
        message = await queries.find_unsent(ctx, args.message_id)
    if message is None:
        return
    try:
        async with job.partner() as ctx:
            way = await job.services.get(Post).way(ctx)
        message = way.signed(message)
        await way.transport.send(message)
    except Exception as error:
        async with job.partner() as ctx:
            await queries.note_failure(ctx, message.id, told(error))
        raise
    async with job.partner() as ctx:
        mark = queries.mark_sent if way.transport.leaves else queries.mark_kept
        await mark(ctx, message, way.transport.label)


async def give_up(job: Job, args: SendMail, error: Exception) -> None:
    """Mark the mail as failed, with what the last attempt said."""
    async with job.partner() as ctx:
        await queries.mark_failed(ctx, args.message_id, told(error))


def told(error: Exception) -> str:
    """Return what an error says to people, on one line. Servers answer in whatever bytes they like; those that are no
    text are shown as question marks."""
    return header(str(error).encode(errors="replace").decode()) or type(error).__name__


# A deleted partner has no way for its mail, so that it fails, as one that can be sent again when the partner is back.
SEND = Task("mail.send", SendMail, send_mail, queue="mail", attempts=8, give_up=give_up, outlives=True)


def send_job(message_id: UUID) -> Deferred:
    """Return the job that sends a mail. However many are asked for, they run one after the other, and the first sends."""
    return SEND(SendMail(message_id), lock=f"mail {message_id}")
