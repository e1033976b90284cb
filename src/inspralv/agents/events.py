"""What happens to agents. `entity_id` is the agent."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class AgentEvent(Event, frozen=True, kw_only=True):
    entity: ClassVar[str] = "agent"


class AgentCreated(AgentEvent, frozen=True, kw_only=True):
    """`new` holds the whole content."""

    action: ClassVar[str] = "agent.created"


class AgentRevised(AgentEvent, frozen=True, kw_only=True):
    """Something changed that the provider must hear of."""

    action: ClassVar[str] = "agent.updated"


class AgentActivated(AgentEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "agent.activated"


class AgentDeactivated(AgentEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "agent.deactivated"


class AgentMoved(AgentEvent, frozen=True, kw_only=True):
    """It has changed its provider; `old` tells where it lived: integration_id and ids."""

    action: ClassVar[str] = "agent.provider_changed"


class AgentDeleted(AgentEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "agent.deleted"


class AgentRestored(AgentEvent, frozen=True, kw_only=True):
    """A deletion was undone."""

    action: ClassVar[str] = "agent.restored"


class SyncRequested(AgentEvent, frozen=True, kw_only=True):
    """Somebody asked to bring the agent to the provider again."""

    action: ClassVar[str] = "agent.sync_requested"


class AgentSynced(AgentEvent, frozen=True, kw_only=True):
    """The provider has this version; `new` names it and the provider's id."""

    action: ClassVar[str] = "agent.synced"


class SyncFailed(AgentEvent, frozen=True, kw_only=True):
    """The provider did not take it; `new` holds the reason."""

    action: ClassVar[str] = "agent.sync_failed"


class AgentRemovedAtProvider(AgentEvent, frozen=True, kw_only=True):
    """A deleted agent is gone at the provider too."""

    action: ClassVar[str] = "agent.removed_at_provider"


class VersionRestored(AgentEvent, frozen=True, kw_only=True):
    """The agent became what it was before; `new` names the version and holds what changed by it."""

    action: ClassVar[str] = "agent.version_restored"


class AgentDrifted(AgentEvent, frozen=True, kw_only=True):
    """Somebody changed it at the provider, or deleted it there; `new` names the fields."""

    action: ClassVar[str] = "agent.drifted"


class DriftAdopted(AgentEvent, frozen=True, kw_only=True):
    """What was changed at the provider was taken over here."""

    action: ClassVar[str] = "agent.drift_adopted"


class DriftOverwritten(AgentEvent, frozen=True, kw_only=True):
    """Somebody asked to replace what was changed at the provider by what stands here."""

    action: ClassVar[str] = "agent.drift_overwritten"
