"""Versions at the edge: ETag on reads, If-Match on edits (RFC 9110, section 13)."""

from __future__ import annotations

from typing import Annotated

from litestar.params import HeaderParameter

from inspralv.foundation.language.texts import _
from inspralv.foundation.errors import Conflict, FieldError, Invalid

IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", description='The version last read, for instance `"3"`.')
]


def etag(version: int) -> dict[str, str]:
    """Return the header for a thing of this version."""
    return {"etag": f'"{version}"'}


def expected_version(if_match: str | None) -> int | None:
    """Read If-Match; None when the caller does not care. Raises Invalid when it is not a version."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - versions are 32-bit
        raise Invalid(_("If-Match is not a version."), errors=(FieldError("If-Match", _('Expected a version such as "3".')),))
    return int(text)


def require_version(current: int, expected: int | None) -> None:
    """Refuse an edit of a stale version. Raises Conflict."""
    if expected is not None and expected != current:
        raise Conflict(
            _("This was changed meanwhile: it is at version %(current)s, yours is %(expected)s. Reload and try again.", current=current, expected=expected)
        )
