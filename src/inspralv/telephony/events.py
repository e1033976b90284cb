"""What happens to trunks and numbers. No event holds a password."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class TrunkEvent(Event, frozen=True, kw_only=True):
    """`entity_id` is the trunk."""

    entity: ClassVar[str] = "sip_trunk"


class TrunkAdded(TrunkEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "sip_trunk.added"


class TrunkChanged(TrunkEvent, frozen=True, kw_only=True):
    """A replaced password is told by the word alone."""

    action: ClassVar[str] = "sip_trunk.changed"


class TrunkRemoved(TrunkEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "sip_trunk.removed"


class NumberEvent(Event, frozen=True, kw_only=True):
    """`entity_id` is the number."""

    entity: ClassVar[str] = "phone_number"


class NumberAdded(NumberEvent, frozen=True, kw_only=True):
    """A number of one's own shall be brought to a provider."""

    action: ClassVar[str] = "phone_number.added"


class ImportRequested(NumberEvent, frozen=True, kw_only=True):
    """An import that failed is to be tried again."""

    action: ClassVar[str] = "phone_number.import_requested"


class NumberFound(NumberEvent, frozen=True, kw_only=True):
    """The provider listed a number of the account that was not known yet."""

    action: ClassVar[str] = "phone_number.found"


class NumberImported(NumberEvent, frozen=True, kw_only=True):
    """The provider has the number; `new` names its id there."""

    action: ClassVar[str] = "phone_number.imported"


class ImportFailed(NumberEvent, frozen=True, kw_only=True):
    """The provider did not take the number; `new` holds the reason."""

    action: ClassVar[str] = "phone_number.import_failed"


class NumberChanged(NumberEvent, frozen=True, kw_only=True):
    """Words about the number changed; the provider need not hear of it."""

    action: ClassVar[str] = "phone_number.changed"


class NumberAssigned(NumberEvent, frozen=True, kw_only=True):
    """Another workspace has the number, or none."""

    action: ClassVar[str] = "phone_number.assigned"


class BindingChanged(NumberEvent, frozen=True, kw_only=True):
    """Somebody wants other agents, hours or another fallback."""

    action: ClassVar[str] = "phone_number.binding_changed"


class BindingRequested(NumberEvent, frozen=True, kw_only=True):
    """Somebody asked to bring the binding to the provider again."""

    action: ClassVar[str] = "phone_number.binding_requested"


class NumberBound(NumberEvent, frozen=True, kw_only=True):
    """The provider follows; `new` holds what it was told."""

    action: ClassVar[str] = "phone_number.bound"


class BindingFailed(NumberEvent, frozen=True, kw_only=True):
    """The number is not bound as wished; `new` holds the reason."""

    action: ClassVar[str] = "phone_number.binding_failed"


class NumberGone(NumberEvent, frozen=True, kw_only=True):
    """The provider does not list the number any more."""

    action: ClassVar[str] = "phone_number.gone"


class ReleaseRequested(NumberEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "phone_number.release_requested"


class NumberReleased(NumberEvent, frozen=True, kw_only=True):
    """The number is gone here and at the provider."""

    action: ClassVar[str] = "phone_number.released"
