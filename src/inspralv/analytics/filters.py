"""What people filter figures by."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.web.validation import validate


def agent_filter(value: str) -> UUID | None:
    """Read the agent filter. Raises Invalid when it is neither an id nor "all"."""
    if value in {"", "all"}:
        return None
    return validate(value, UUID)
