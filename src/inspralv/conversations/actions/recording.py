"""Recordings: the provider's address expires, so the sound is copied into our own file store."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from inspralv.conversations.queries import calls
from inspralv.conversations.schemas import Call
from inspralv.foundation.files import FileStore, file_key
from inspralv.foundation.jobs.job import Job
from inspralv.foundation.language.stored import Stored
from inspralv.foundation.outbound import Answer, AnswerTooLarge, EgressRefused, Outbound, OutboundError
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.integrations.connections import find_connection, open_session, provider_of
from inspralv.providers.contract import CallRef
from inspralv.providers.errors import ProviderError

_NO_SOUND = Stored("What the provider sent is not a sound file.")
_NOT_FETCHED = Stored("The recording could not be fetched: %(reason)s")
_NOT_TAKEN = Stored("The recording cannot be taken: %(reason)s")
log = structlog.get_logger()

MAX_BYTES: Final = 100 * 1024 * 1024
_DEADLINE = 120.0
_HEAD = 12
# What a file begins with, its media type, and the ending of our copy.
_KINDS: Final = (
    (b"RIFF", "audio/wav", "wav"), (b"ID3", "audio/mpeg", "mp3"), (b"\xff\xfb", "audio/mpeg", "mp3"),
    (b"\xff\xf3", "audio/mpeg", "mp3"), (b"\xff\xf2", "audio/mpeg", "mp3"), (b"OggS", "audio/ogg", "ogg"),
    (b"fLaC", "audio/flac", "flac"), (b"\x1aE\xdf\xa3", "audio/webm", "webm"),
)  # fmt: skip


class NotCopied(Exception):
    """The recording could not be fetched this time; the text says why."""


class NeverCopied(NotCopied):
    """It will not work another time either."""

    permanent = True


async def copy_recording(job: Job, call_id: UUID) -> None:
    """Fetch the recording of a call and keep it. Raises NotCopied, to be tried again, or NeverCopied."""
    async with job.workspace() as ctx:
        call = await calls.find_call(ctx, call_id)
    if call is None or call.recording_key is not None or call.recording_source is None:
        return
    body = await _fetch(job, call, call.recording_source)
    media_type, ending = kind_of(body)
    key = file_key(job.partner_id, _workspace(job), "recordings", f"{call_id}.{ending}")
    await job.services.get(FileStore).put(key, body)
    async with job.workspace() as ctx:
        await calls.save_recording(ctx, call_id, key=key, media_type=media_type, size=len(body))
        ctx.publish("calls", call_id)


async def say_why_not(job: Job, call_id: UUID, error: Exception) -> None:
    """Write down why there is no recording."""
    log.error("recording not copied", call=str(call_id), error=str(error))
    async with job.workspace() as ctx:
        await calls.save_recording(ctx, call_id, error=str(error)[:500])
        ctx.publish("calls", call_id)


def kind_of(body: bytes) -> tuple[str, str]:
    """Return media type and file ending of a sound, by its first bytes: what the sender calls it counts for nothing,
    since browsers will be told our word. Raises NeverCopied for anything that is no sound."""
    for start, media_type, ending in _KINDS:
        if body.startswith(start):
            return media_type, ending
    if body[4:8] == b"ftyp":
        return "audio/mp4", "m4a"
    raise NeverCopied(_NO_SOUND())


async def _fetch(job: Job, call: Call, url: str) -> bytes:
    answer = await _get(job, call, url)
    if not answer.is_success:
        fresh = await _fresh_address(job, call)
        if fresh is not None and fresh != url:
            answer = await _get(job, call, fresh)
    if not answer.is_success:
        raise NotCopied(_NOT_FETCHED(reason=f"HTTP {answer.status}"))
    return answer.body


async def _get(job: Job, call: Call, url: str) -> Answer:
    http = _client_for(job, call, url)
    host = urlsplit(url).hostname or ""
    try:
        return await http.request(
            "GET", url, deadline=_DEADLINE, breaker=f"recordings/{host}", idempotent=True, max_body=MAX_BYTES,
            follow=isinstance(http, GuardedOutbound),
        )  # fmt: skip
    except (AnswerTooLarge, EgressRefused) as error:
        raise NeverCopied(_NOT_TAKEN(reason=error)) from error
    except OutboundError as error:
        raise NotCopied(_NOT_FETCHED(reason=error)) from error


def _client_for(job: Job, call: Call, url: str) -> Outbound:
    """The address comes with a report, so it must not lead to our own machines. What stands in for the vendor may."""
    stand_in = provider_of(job.services, call.provider).stand_in_url
    trusted = stand_in is not None and url.startswith(f"{stand_in.rstrip('/')}/")
    return job.services.get(Outbound) if trusted else job.services.get(GuardedOutbound)


async def _fresh_address(job: Job, call: Call) -> str | None:
    """Ask the provider again: addresses expire."""
    if call.provider_call_id is None:
        return None
    async with job.partner() as wide:
        connection = await find_connection(wide, _workspace(job), call.provider)
    if connection is None:
        return None
    try:
        report = await open_session(job.services, connection).call(CallRef(call.provider_call_id))
    except ProviderError as error:
        log.info("no fresh address for a recording", call=str(call.id), error=str(error))
        return None
    return report.recording_url


def _workspace(job: Job) -> UUID:
    if job.workspace_id is None:
        raise LookupError("this job has no workspace")
    return job.workspace_id
