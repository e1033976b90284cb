"""A mail as it is stored, sent and shown."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import msgspec

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`sender`, `recipient` and `reply_to` are header values; none of the headers can hold a line break."""

    id: UUID
    sender: str
    recipient: str
    subject: str
    html: str
    plain: str
    reply_to: str | None = None


class KeptMessage(Message, frozen=True, kw_only=True):
    """A message with what became of it. `status` is queued, sent, kept (there is no way out) or failed; `sent_by` names
    the way it left by, or tried to."""

    template: str
    status: str
    error: str | None
    attempts: int
    created_at: datetime
    sent_by: str | None = None


def header(text: str) -> str:
    """Return text that is safe in a header: a name that somebody typed must not add headers of its own."""
    return " ".join(_CONTROLS.sub(" ", text).split())
