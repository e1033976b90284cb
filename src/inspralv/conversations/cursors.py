"""Cursors of long lists: the id of the last row, in a form that asks not to be looked into."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _

_BYTES = 16


def write_cursor(last: UUID) -> str:
    """Return the cursor after a row."""
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def read_cursor(text: str | None) -> UUID | None:
    """Return the row a cursor stands after. Raises Invalid for anything that is no cursor."""
    if text is None:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _BYTES:
        raise Invalid(
            "cursor: This is no cursor of this list.",
            errors=(FieldError("cursor", _("This is no cursor of this list.")),),
        )
    return UUID(bytes=raw)
