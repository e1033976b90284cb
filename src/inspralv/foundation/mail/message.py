"""A mail as it is stored and sent."""

from __future__ import annotations

import re
from uuid import UUID

import msgspec

_BREAKS = re.compile(r"[\r\n\x00]+")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`sender` and `recipient` are header values; none of the headers can hold a line break."""

    id: UUID
    sender: str
    recipient: str
    subject: str
    html: str
    plain: str


def header(text: str) -> str:
    """Return text that is safe in a header: a name that somebody typed must not add headers of its own."""
    return " ".join(_BREAKS.sub(" ", text).split())
