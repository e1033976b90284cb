"""The console's statements on jobs, deliveries and mails."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.admin.access import StaffContext
from inspralv.admin.work_schemas import (
    FailedJob,
    JobList,
    Letter,
    LetterList,
    LetterRow,
    Mail,
    MailList,
    MailRow,
    QueueRow,
    RetriedJob,
)
from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _

_LARGEST = 2**63 - 1
_AT_ONCE = 500

_JOBS = """/* across partners */
SELECT (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.name), '[]') FROM (
          SELECT queue_name AS name,
                 count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()) AS waiting,
                 count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()) AS later,
                 count(*) FILTER (WHERE status = 'doing') AS running,
                 count(*) FILTER (WHERE status = 'failed') AS failed
            FROM queue.procrastinate_jobs GROUP BY queue_name) q) AS queues,
       (SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'failed' AND ($1 = '' OR queue_name = $1)) AS total,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.id DESC), '[]') FROM (
          SELECT j.id, j.task_name AS task, j.queue_name AS queue, j.attempts, e.error, e.failed_at,
                 j.args ->> 'partner_id' AS partner_id, p.name AS partner
            FROM queue.procrastinate_jobs j
            LEFT JOIN queue.job_errors e ON e.job_id = j.id
            LEFT JOIN partners p ON p.id::text = j.args ->> 'partner_id'
           WHERE j.status = 'failed' AND ($1 = '' OR j.queue_name = $1)
           ORDER BY j.id DESC LIMIT $2 OFFSET $3) q) AS rows
"""
_TO_RETRY = """/* across partners */
SELECT id, task_name AS task, (args ->> 'partner_id')::uuid AS partner_id FROM queue.procrastinate_jobs
 WHERE status = 'failed' AND ($1::bigint IS NULL OR id = $1) AND ($2 = '' OR queue_name = $2) ORDER BY id LIMIT $3
"""
_RETRY = "SELECT app.retry_jobs($1)"
_LETTERS = """/* across partners */
SELECT (SELECT count(*) FROM provider_inbox WHERE status IN ('failed', 'ignored') AND ($1 = 'trouble' OR status = $1)) AS total,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.id DESC), '[]') FROM (
          SELECT i.id, i.partner_id, p.name AS partner, w.name AS workspace, i.provider, i.status, i.note, i.received_at,
                 octet_length(i.body) AS size
            FROM provider_inbox i JOIN partners p ON p.id = i.partner_id
            JOIN workspaces w ON w.partner_id = i.partner_id AND w.id = i.workspace_id
           WHERE i.status IN ('failed', 'ignored') AND ($1 = 'trouble' OR i.status = $1)
           ORDER BY i.id DESC LIMIT $2 OFFSET $3) q) AS rows
"""
_LETTER = """/* across partners */
SELECT i.id, i.partner_id, p.name AS partner, i.workspace_id, w.name AS workspace, i.provider, i.status, i.note,
       i.received_at, i.processed_at, i.body
  FROM provider_inbox i JOIN partners p ON p.id = i.partner_id
  JOIN workspaces w ON w.partner_id = i.partner_id AND w.id = i.workspace_id
 WHERE i.id = $1
"""
_TAKE_LETTER_UP = """
UPDATE provider_inbox SET status = 'pending', note = NULL, processed_at = NULL
 WHERE partner_id = $partner AND workspace_id = $2 AND id = $1 AND status IN ('failed', 'ignored')
"""
# Not kept in between: a mail is wide, and counting needs none of it.
_MAILS = """/* across partners */
WITH matching AS NOT MATERIALIZED (
  SELECT m.* FROM mail_messages m
   WHERE ($1 = 'all' OR m.status = $1) AND ($2 = '' OR position($2 IN lower(m.recipient)) > 0
      OR position($2 IN lower(m.subject)) > 0)
)
SELECT (SELECT count(*) FROM matching) AS total,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.id DESC), '[]') FROM (
          SELECT m.id, m.partner_id, p.name AS partner, m.template, m.recipient, m.subject, m.status, m.error, m.attempts,
                 m.created_at, m.plain <> '' AS has_text
            FROM matching m JOIN partners p ON p.id = m.partner_id ORDER BY m.id DESC LIMIT $3 OFFSET $4) q) AS rows
"""
_MAIL = """/* across partners */
SELECT m.id, m.partner_id, p.name AS partner, m.template, m.recipient, m.sender, m.subject, m.status, m.error, m.attempts,
       m.created_at, m.sent_at, m.sent_by, m.html, m.plain, m.plain <> '' AS has_text
  FROM mail_messages m JOIN partners p ON p.id = m.partner_id WHERE m.id = $1
"""


async def list_jobs(ctx: StaffContext, queue: str, page: int, size: int) -> JobList:
    """Return every queue's counts and one page of failed jobs; an empty `queue` is all of them."""
    found: Any = (await ctx.directory(_JOBS, queue, size, (page - 1) * size))[0]
    rows = msgspec.convert(found["rows"], list[FailedJob])
    return JobList(msgspec.convert(found["queues"], list[QueueRow]), rows, found["total"])


async def retry_jobs(ctx: StaffContext, job_id: int | None, queue: str = "") -> list[RetriedJob]:
    """Have one failed job, or those of a queue (empty: of every queue, at most 500) run again; return them."""
    if job_id is not None and job_id > _LARGEST:
        return []
    rows = await ctx.directory(_TO_RETRY, job_id, queue, _AT_ONCE)
    wanted = [to_struct(RetriedJob, row) for row in rows]
    done = {row[0] for row in await ctx.directory(_RETRY, [job.id for job in wanted])} if wanted else set()
    return [job for job in wanted if job.id in done]


async def list_letters(ctx: StaffContext, status: str, page: int, size: int) -> LetterList:
    """Return one page of deliveries that came to nothing."""
    found: Any = (await ctx.directory(_LETTERS, status, size, (page - 1) * size))[0]
    return LetterList(msgspec.convert(found["rows"], list[LetterRow]), found["total"])


async def find_letter(ctx: StaffContext, letter_id: UUID) -> Letter:
    """Return one delivery. Raises NotFound."""
    rows = await ctx.directory(_LETTER, letter_id)
    if not rows:
        raise NotFound(_("There is no such delivery."))
    return to_struct(Letter, rows[0])


async def take_letter_up(there: Context, letter_id: UUID, workspace_id: UUID) -> bool:
    """Put a delivery back to be worked in; False when it is waiting or done."""
    return bool(await there.execute(_TAKE_LETTER_UP, letter_id, workspace_id))


async def list_mails(ctx: StaffContext, status: str, text: str, page: int, size: int) -> MailList:
    """Return one page of mails; `text` is looked for in recipient and subject."""
    found: Any = (await ctx.directory(_MAILS, status, text.strip().lower(), size, (page - 1) * size))[0]
    return MailList(msgspec.convert(found["rows"], list[MailRow]), found["total"])


async def find_mail(ctx: StaffContext, mail_id: UUID) -> Mail:
    """Return one mail. Raises NotFound."""
    rows = await ctx.directory(_MAIL, mail_id)
    if not rows:
        raise NotFound(_("There is no such mail."))
    return to_struct(Mail, rows[0])
