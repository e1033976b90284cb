"""What people filter figures by."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.validation import invalid, validate


def agent_filter(value: str) -> UUID | None:
    """Read the agent filter. Raises Invalid when it is neither an id nor "all"."""
    if value in {"", "all"}:
        return None
    try:
        return validate(value, UUID)
    except Invalid:
        raise invalid((FieldError("agent", _('Expected the id of an agent, or "all".')),)) from None
