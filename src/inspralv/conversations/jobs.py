"""The jobs of this room by name, for those who ask for one; `tasks` does the work."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from inspralv.foundation.jobs.job import Deferred

QUEUE: Final = "calls"
INGEST: Final = "conversations.ingest"
INGEST_AGAIN: Final = "conversations.ingest_again"
PLACE_CALL: Final = "conversations.place_call"
COPY_RECORDING: Final = "conversations.copy_recording"
CHECK_CALL: Final = "conversations.check_call"
DELIVER: Final = "conversations.deliver"
POLL: Final = "conversations.poll"


class LetterArgs(msgspec.Struct, frozen=True):
    """A delivery in the inbox."""

    letter_id: UUID


class ActivityArgs(msgspec.Struct, frozen=True):
    """An entry of the workspace's log: a message that is due."""

    activity_id: UUID


class PollArgs(msgspec.Struct, frozen=True):
    """An account at a provider."""

    integration_id: UUID


class CallArgs(msgspec.Struct, frozen=True):
    """A call."""

    call_id: UUID


def ingest(letter_id: UUID) -> Deferred:
    """Work in one delivery."""
    return _job(INGEST, LetterArgs(letter_id))


def ingest_again(letter_id: UUID, workspace_id: UUID) -> Deferred:
    """Work in a delivery that has waited too long, whatever became of its job; asked for twice, it waits once."""
    return _job(INGEST_AGAIN, LetterArgs(letter_id), workspace_id, queueing_lock=f"again:{letter_id}")


def place_call(call_id: UUID) -> Deferred:
    """Dial."""
    return _job(PLACE_CALL, CallArgs(call_id), lock=f"place:{call_id}")


def copy_recording(call_id: UUID) -> Deferred:
    """Fetch the recording before its address expires."""
    return _job(COPY_RECORDING, CallArgs(call_id), lock=f"recording:{call_id}")


def check_call(call_id: UUID, workspace_id: UUID) -> Deferred:
    """Ask the provider what became of a call; asked for twice, it waits once."""
    return _job(CHECK_CALL, CallArgs(call_id), workspace_id, queueing_lock=f"check:{call_id}")


def deliver(activity_id: UUID, workspace_id: UUID | None = None) -> Deferred:
    """Tell the workspace's own server of a call that has ended; asked for twice, it waits once."""
    name = f"deliver:{activity_id}"
    return _job(DELIVER, ActivityArgs(activity_id), workspace_id, lock=name, queueing_lock=name)


def poll(integration_id: UUID) -> Deferred:
    """Compare the calls of an account with ours; asked for twice, it waits once."""
    name = f"poll:{integration_id}"
    return _job(POLL, PollArgs(integration_id), lock=name, queueing_lock=name)


def _job(
    task: str, args: msgspec.Struct, workspace_id: UUID | None = None, *, lock: str | None = None,
    queueing_lock: str | None = None,
) -> Deferred:  # fmt: skip
    return Deferred(
        task=task, queue=QUEUE, args=msgspec.to_builtins(args), workspace_id=workspace_id, lock=lock,
        queueing_lock=queueing_lock,
    )  # fmt: skip
