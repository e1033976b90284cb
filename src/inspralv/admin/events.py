"""What staff do, in the platform partner's event log."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class StaffSignedIn(Event, frozen=True, kw_only=True):
    """`entity_id` is the staff account."""

    action: ClassVar[str] = "staff.login"
    entity: ClassVar[str] = "super_admin"


class StaffSignedOut(Event, frozen=True, kw_only=True):
    """`entity_id` is the staff account."""

    action: ClassVar[str] = "staff.logout"
    entity: ClassVar[str] = "super_admin"


class StaffTwoFactorSet(Event, frozen=True, kw_only=True):
    """A member of staff signs in with a second factor from now on."""

    action: ClassVar[str] = "staff.two_factor_enabled"
    entity: ClassVar[str] = "super_admin"


class StaffTwoFactorReset(Event, frozen=True, kw_only=True):
    """The operator let a member of staff set up another second factor."""

    action: ClassVar[str] = "staff.two_factor_reset"
    entity: ClassVar[str] = "super_admin"


class StaffAdded(Event, frozen=True, kw_only=True):
    """`new` holds the address and name."""

    action: ClassVar[str] = "staff.added"
    entity: ClassVar[str] = "super_admin"
