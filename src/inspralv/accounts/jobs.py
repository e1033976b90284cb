"""The jobs of this room by name, for those who ask for one; `tasks` does the work.

Mail to strangers is written by jobs, whether or not there is an account: a request that asks for a mail does the same
work for every address, so not even its duration tells.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from inspralv.foundation.jobs.job import Deferred

QUEUE: Final = "mail"
ANSWER_SIGN_UP: Final = "accounts.answer_sign_up"
ANSWER_RESET: Final = "accounts.answer_reset"
SWEEP: Final = "accounts.sweep"


class SignUpArgs(msgspec.Struct, frozen=True):
    """A sign-up that waits."""

    sign_up_id: UUID


class ResetArgs(msgspec.Struct, frozen=True):
    """Somebody asked for a new password."""

    reset_id: UUID


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


def answer_sign_up(sign_up_id: UUID) -> Deferred:
    """Write the mail that follows a sign-up, or write it again."""
    return _job(ANSWER_SIGN_UP, SignUpArgs(sign_up_id))


def answer_reset(reset_id: UUID) -> Deferred:
    """Write the mail with the link for a new password, if there is an account."""
    return _job(ANSWER_RESET, ResetArgs(reset_id))


def sweep() -> Deferred:
    """Forget what has run out."""
    return _job(SWEEP, SweepArgs())


def _job(name: str, args: msgspec.Struct) -> Deferred:
    return Deferred(task=name, queue=QUEUE, args=msgspec.to_builtins(args))
