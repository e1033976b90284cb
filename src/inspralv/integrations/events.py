"""What happens to integrations and assignments. No event holds a key, only its last four characters."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class IntegrationEvent(Event, frozen=True, kw_only=True):
    """`entity_id` is the integration."""

    entity: ClassVar[str] = "integration"


class IntegrationAdded(IntegrationEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "integration.created"


class IntegrationChanged(IntegrationEvent, frozen=True, kw_only=True):
    """Name, config, default or active state changed."""

    action: ClassVar[str] = "integration.updated"


class KeyReplaced(IntegrationEvent, frozen=True, kw_only=True):
    """A key is another one now, after it was tried; `new` may name until when webhooks may show the old one."""

    action: ClassVar[str] = "integration.key_replaced"


class AccountChanged(IntegrationEvent, frozen=True, kw_only=True):
    """The new key is one of another account at the provider: whatever was there has to be made anew."""

    action: ClassVar[str] = "integration.account_changed"


class KeyResumed(IntegrationEvent, frozen=True, kw_only=True):
    """The integration works again after it did not: what waited for it or failed with it may be tried."""

    action: ClassVar[str] = "integration.key_resumed"


class OverlapEnded(IntegrationEvent, frozen=True, kw_only=True):
    """Webhooks signed with a replaced key are no longer believed."""

    action: ClassVar[str] = "integration.overlap_ended"


class KeyAccepted(IntegrationEvent, frozen=True, kw_only=True):
    """A test found that the provider takes the key."""

    action: ClassVar[str] = "integration.key_accepted"


class KeyRefused(IntegrationEvent, frozen=True, kw_only=True):
    """The provider does not take the key any more."""

    action: ClassVar[str] = "integration.key_refused"


class IntegrationRemoved(IntegrationEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "integration.deleted"


class IntegrationAssigned(IntegrationEvent, frozen=True, kw_only=True):
    """The workspace of the event uses this integration from now on; `new` names the provider."""

    action: ClassVar[str] = "integration.assigned"


class IntegrationUnassigned(IntegrationEvent, frozen=True, kw_only=True):
    """The workspace of the event no longer uses it; `old` names the provider."""

    action: ClassVar[str] = "integration.unassigned"
