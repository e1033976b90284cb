"""After-call messages: one signed POST a call to the server that the agent names, repeated until it is taken."""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog

from inspralv.conversations.actions.signing import signing_secrets
from inspralv.conversations.activity.schemas import Attempt, read_attempts
from inspralv.conversations.queries import activities
from inspralv.conversations.queries.after_call import Message, find_message
from inspralv.conversations.recording_links import HANDED_OUT, recording_link
from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job
from inspralv.foundation.money import to_units
from inspralv.foundation.outbound import EgressRefused, OutboundError, Unsendable
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.foundation.outbound.signing import signed_headers
from inspralv.foundation.web.addresses import Addresses
from inspralv.tenancy.directory import Directory

log = structlog.get_logger()

DEADLINE: Final = 15.0
_MAX_ANSWER = 64 * 1024
_SHOWN = 500
_MOST_ATTEMPTS = 20
_GONE = 410  # Standard Webhooks: the receiver wants no more of this
_SPEAKERS = {"agent": "Agent", "caller": "Caller", "tool": "Tool", "system": "System"}


class NotDelivered(Exception):
    """The server did not take the message this time; the text says why."""

    def __init__(self, reason: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


class _Letter(msgspec.Struct, frozen=True):
    """A message ready to be sent."""

    message: Message
    address: str
    body: bytes
    headers: dict[str, str]


async def deliver(job: Job, activity_id: UUID) -> None:
    """Send one message. Raises NotDelivered, after noting the attempt."""
    home = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.workspace() as ctx:
        letter = await _prepare(ctx, activity_id, home.host)
    if letter is None:
        return
    attempt, failure = await _send(job, letter)
    async with job.workspace() as ctx:
        attempts = [*read_attempts(letter.message.attempts), attempt][-_MOST_ATTEMPTS:]
        host = urlsplit(letter.address).hostname or ""
        await activities.note_attempt(ctx, activity_id, "waiting" if failure else "done", host, attempts)
        ctx.publish("activity", activity_id)
        ctx.publish("calls", letter.message.conversation_id)
    if failure:
        raise failure


async def give_up(job: Job, activity_id: UUID, error: Exception) -> None:
    """Say that a message was not taken in the end. It can be repeated by hand."""
    log.warning("after-call message not delivered", activity=str(activity_id), error=str(error))
    async with job.workspace() as ctx:
        await activities.set_status(ctx, activity_id, "failed", "waiting")
        ctx.publish("activity", activity_id)


async def _prepare(ctx: Context, activity_id: UUID, host: str | None) -> _Letter | None:
    message = await find_message(ctx, activity_id)
    if message is None:
        return None
    if not message.address or message.deleted_at is not None:
        why = "The agent names no address any more." if not message.address else "The conversation was deleted."
        attempts = [*read_attempts(message.attempts), Attempt(at=ctx.now, error=why)][-_MOST_ATTEMPTS:]
        await activities.note_attempt(ctx, activity_id, "failed", message.host or "", attempts)
        return None
    body = msgspec.json.encode(payload_of(ctx, message, host))
    headers = signed_headers(f"msg_{activity_id}", ctx.now, body, await signing_secrets(ctx))
    return _Letter(message, message.address, body, headers | {"content-type": "application/json"})


def payload_of(ctx: Context, message: Message, host: str | None) -> dict[str, Any]:
    """Return what is told of a call. Its fields are a promise to people's servers: names and meanings never change."""
    return {
        "callId": str(message.conversation_id),
        "agentId": str(message.agent_id),
        "agentName": message.agent_name,
        "transcript": "\n".join(f"{_SPEAKERS[line.role]}: {line.text}" for line in message.transcript),
        "summary": message.summary,
        "duration_seconds": message.duration_seconds,
        "total_cost": to_units(message.cost_micros),
        "sentiment": message.sentiment,
        "caller_number": message.contact_number,
        "caller_name": message.contact_name,
        "recording_url": _recording_url(ctx, message, host) if message.is_recorded else None,
        "started_at": message.started_at,
        "ended_at": message.ended_at,
        "status": message.status,
        "direction": message.direction,
        "timestamp": message.noted_at,
    }


def _recording_url(ctx: Context, message: Message, host: str | None) -> str:
    assert ctx.workspace_id is not None
    until = ctx.now + HANDED_OUT
    path = recording_link(ctx.services.sealer, ctx.partner_id, ctx.workspace_id, message.conversation_id, until)
    return ctx.services.get(Addresses).url(host, path)


async def _send(job: Job, letter: _Letter) -> tuple[Attempt, NotDelivered | None]:
    at, began = job.services.clock(), time.perf_counter()
    breaker = f"after_call/{job.workspace_id}/{urlsplit(letter.address).hostname}"

    def attempt(**more: Any) -> Attempt:
        return Attempt(at=at, duration_ms=round((time.perf_counter() - began) * 1000), **more)

    try:
        answer = await job.services.get(GuardedOutbound).request(
            "POST", letter.address, content=letter.body, headers=letter.headers, deadline=DEADLINE,
            breaker=breaker, max_body=_MAX_ANSWER,
        )  # fmt: skip
    except OutboundError as error:
        permanent = isinstance(error, EgressRefused | Unsendable)
        reason = str(error)[:_SHOWN]
        wait = getattr(error, "retry_after", None)
        return attempt(error=reason), NotDelivered(reason, permanent=permanent, retry_after=wait)
    text = answer.body.decode("utf-8", "replace").replace("\0", "")[:_SHOWN] or None
    if answer.is_success:
        return attempt(http_status=answer.status, answer=text), None
    reason = f"The server answered with status {answer.status}."
    failure = NotDelivered(reason, permanent=answer.status == _GONE, retry_after=answer.retry_after(at))
    return attempt(http_status=answer.status, error=reason, answer=text), failure
