"""What happens to accounts."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class UserSignedIn(Event, frozen=True, kw_only=True):
    """Somebody signed in."""

    action: ClassVar[str] = "user.login"
    entity: ClassVar[str] = "user"


class UserSignedOut(Event, frozen=True, kw_only=True):
    """Somebody signed out."""

    action: ClassVar[str] = "user.logout"
    entity: ClassVar[str] = "user"


class UserJoined(Event, frozen=True, kw_only=True):
    """A new account confirmed its address; `new` holds the address, plan and source."""

    action: ClassVar[str] = "user.joined"
    entity: ClassVar[str] = "user"


class UserUpdated(Event, frozen=True, kw_only=True):
    """`old` and `new` hold the changed ones of first_name and last_name; of a password only that it changed."""

    action: ClassVar[str] = "user.updated"
    entity: ClassVar[str] = "user"
