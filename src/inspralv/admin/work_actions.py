"""Having failed work done again. Each time is in the log of the platform and of the partner."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from inspralv.admin import work_queries as queries
from inspralv.admin.access import StaffContext
from inspralv.admin.events import DeliveryRetried, JobsRetried, MailSentAgain
from inspralv.admin.work_schemas import RetriedJob
from inspralv.conversations.jobs import ingest_again
from inspralv.foundation.errors import Conflict
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.log import send_again


async def retry_jobs(ctx: StaffContext, job_id: int | None, queue: str = "") -> int:
    """Run one failed job again, or all of a queue; return how many. Raises Conflict when there is none."""
    retried = await queries.retry_jobs(ctx, job_id, queue)
    if not retried:
        raise Conflict(_("No such job has failed, or it runs again already."))

    def owner(job: RetriedJob) -> UUID:
        return job.partner_id or ctx.partner_id

    for partner_id, jobs in groupby(sorted(retried, key=owner), key=owner):
        told = [{"job": job.id, "task": job.task} for job in jobs]
        await ctx.record_for(partner_id, JobsRetried(entity_id=partner_id, new={"jobs": told}))
    return len(retried)


async def retry_letter(ctx: StaffContext, letter_id: UUID) -> None:
    """Work in a delivery again. Raises NotFound, Conflict when it waits or is done."""
    letter = await queries.find_letter(ctx, letter_id)
    event = DeliveryRetried(
        entity_id=letter.id, workspace_id=letter.workspace_id, old={"status": letter.status, "note": letter.note}
    )
    async with ctx.within(letter.partner_id) as there:
        if not await queries.take_letter_up(there, letter.id, letter.workspace_id):
            raise Conflict(_("Only a delivery that failed or was ignored can be taken up again."))
        there.defer(ingest_again(letter.id, letter.workspace_id))
    await ctx.record_for(letter.partner_id, event)


async def repeat_mail(ctx: StaffContext, mail_id: UUID) -> None:
    """Send a failed mail again. Raises NotFound, Conflict when it has not failed or its text is gone."""
    mail = await queries.find_mail(ctx, mail_id)
    async with ctx.within(mail.partner_id) as there:
        await send_again(there, mail.id)
    told = {"template": mail.template, "recipient": mail.recipient}
    await ctx.record_for(mail.partner_id, MailSentAgain(entity_id=mail.id, new=told))
