"""The jobs of this room by name, for those who ask for one; `tasks` does the work.

Mail to strangers is written by jobs, whether or not there is an account: a request that asks for a mail does the same
work for every address, so not even its duration tells. Where whoever asks is the one who reads, the job speaks the
language of the request; a warning does not, for a thief would choose one that its reader does not understand.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

from inspralv.foundation.context import Origin
from inspralv.foundation.jobs.job import Deferred
from inspralv.foundation.language.languages import SOURCE, Language, spoken

QUEUE: Final = "mail"
SLOW_QUEUE: Final = "default"
ANSWER_SIGN_UP: Final = "accounts.answer_sign_up"
ANSWER_RESET: Final = "accounts.answer_reset"
ASK_FOR_ADDRESS: Final = "accounts.ask_for_address"
TELL_SECURITY: Final = "accounts.tell_security"
SWEEP: Final = "accounts.sweep"
MAKE_EXPORT: Final = "accounts.make_export"
DROP_EXPORT: Final = "accounts.drop_export"

SecurityNews = Literal[
    "new_sign_in", "password_changed", "two_factor_on", "two_factor_off", "recovery_codes_made", "recovery_code_used",
    "passkey_added", "passkey_removed", "identity_linked", "identity_unlinked", "api_key_made",
    "second_steps_reset",
]  # fmt: skip


class SignUpArgs(msgspec.Struct, frozen=True):
    """A sign-up that waits."""

    sign_up_id: UUID
    language: Language = SOURCE


class ResetArgs(msgspec.Struct, frozen=True):
    """Somebody asked for a new password."""

    reset_id: UUID
    language: Language = SOURCE


class AddressArgs(msgspec.Struct, frozen=True):
    """Somebody wants another address."""

    change_id: UUID


class SecurityArgs(msgspec.Struct, frozen=True):
    """Something happened to an account that its owner should know: what, when, from which device and address."""

    user_id: UUID
    news: SecurityNews
    at: datetime
    user_agent: str = ""
    ip: str = ""


class ExportArgs(msgspec.Struct, frozen=True):
    """A copy of somebody's data, to be made or to go."""

    export_id: UUID
    language: Language = SOURCE


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


def answer_sign_up(sign_up_id: UUID) -> Deferred:
    """Write the mail that follows a sign-up, or write it again."""
    return _job(ANSWER_SIGN_UP, SignUpArgs(sign_up_id, spoken()))


def answer_reset(reset_id: UUID) -> Deferred:
    """Write the mail with the link for a new password, if there is an account."""
    return _job(ANSWER_RESET, ResetArgs(reset_id, spoken()))


def ask_for_address(change_id: UUID) -> Deferred:
    """Write the mails to both mailboxes of a change of address."""
    return _job(ASK_FOR_ADDRESS, AddressArgs(change_id))


def tell_security(user_id: UUID, news: SecurityNews, origin: Origin, at: datetime) -> Deferred:
    """Tell a person by mail what happened to their account."""
    args = SecurityArgs(user_id, news, at, (origin.user_agent or "")[:400], origin.ip or "")
    return _job(TELL_SECURITY, args)


def make_export(export_id: UUID) -> Deferred:
    """Gather a person's data and keep it as a file."""
    return _job(MAKE_EXPORT, ExportArgs(export_id, spoken()), SLOW_QUEUE)


def drop_export(export_id: UUID) -> Deferred:
    """Remove the file of a copy that is over."""
    return _job(DROP_EXPORT, ExportArgs(export_id), SLOW_QUEUE)


def sweep() -> Deferred:
    """Forget what has run out."""
    return _job(SWEEP, SweepArgs())


def _job(name: str, args: msgspec.Struct, queue: str = QUEUE) -> Deferred:
    return Deferred(task=name, queue=queue, args=msgspec.to_builtins(args))
