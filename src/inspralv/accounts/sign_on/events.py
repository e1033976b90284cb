"""What happens to identity providers and linked identities."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class ProviderAdded(Event, frozen=True, kw_only=True):
    """Owners let people in through a provider; `new` holds everything but its secret."""

    action: ClassVar[str] = "identity_provider.created"
    entity: ClassVar[str] = "identity_provider"


class ProviderChanged(Event, frozen=True, kw_only=True):
    """`old` and `new` hold what changed; of the secret only that it did."""

    action: ClassVar[str] = "identity_provider.updated"
    entity: ClassVar[str] = "identity_provider"


class ProviderRemoved(Event, frozen=True, kw_only=True):
    """`old` holds label and issuer."""

    action: ClassVar[str] = "identity_provider.deleted"
    entity: ClassVar[str] = "identity_provider"


class IdentityLinked(Event, frozen=True, kw_only=True):
    """Somebody signed in through a provider for the first time; `new` holds label, issuer and address."""

    action: ClassVar[str] = "user.identity_linked"
    entity: ClassVar[str] = "user"


class IdentityUnlinked(Event, frozen=True, kw_only=True):
    """Somebody ended a way into their account; `old` holds label, issuer and address."""

    action: ClassVar[str] = "user.identity_unlinked"
    entity: ClassVar[str] = "user"
