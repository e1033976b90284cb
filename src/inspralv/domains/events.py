"""What happens to domains. `entity_id` is the domain; `old` and `new` hold its name."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class DomainEvent(Event, frozen=True, kw_only=True):
    entity: ClassVar[str] = "domain"


class DomainAdded(DomainEvent, frozen=True, kw_only=True):
    """It waits for its proof."""

    action: ClassVar[str] = "domain.added"


class DomainVerified(DomainEvent, frozen=True, kw_only=True):
    """DNS showed both records: from now on it leads to the partner."""

    action: ClassVar[str] = "domain.verified"


class DomainLapsed(DomainEvent, frozen=True, kw_only=True):
    """DNS showed that it is the partner's no more; `new` holds the reason."""

    action: ClassVar[str] = "domain.lapsed"


class PrimaryChanged(DomainEvent, frozen=True, kw_only=True):
    """Links in mails lead here now."""

    action: ClassVar[str] = "domain.made_primary"


class DomainRemoved(DomainEvent, frozen=True, kw_only=True):
    """It leads here no more."""

    action: ClassVar[str] = "domain.removed"
