"""What happens to API keys."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class ApiKeyCreated(Event, frozen=True, kw_only=True):
    """`new` holds the key's name, scopes, workspace and expiry."""

    action: ClassVar[str] = "api_key.created"
    entity: ClassVar[str] = "api_key"


class ApiKeyRevoked(Event, frozen=True, kw_only=True):
    """`old` holds the key's name."""

    action: ClassVar[str] = "api_key.revoked"
    entity: ClassVar[str] = "api_key"
