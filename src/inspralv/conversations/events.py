"""What happens to calls. No event holds what was said."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class ConversationEvent(Event, frozen=True, kw_only=True):
    """`entity_id` is the conversation."""

    entity: ClassVar[str] = "conversation"


class CallStarted(ConversationEvent, frozen=True, kw_only=True):
    """Somebody of the workspace started a call: from the browser, or to a number."""

    action: ClassVar[str] = "conversation.started"


class CallEnded(ConversationEvent, frozen=True, kw_only=True):
    """The call is over; said once, when the daily figures first count it. Its report may still follow."""

    action: ClassVar[str] = "conversation.ended"


class CallHungUp(ConversationEvent, frozen=True, kw_only=True):
    """Somebody of the workspace ended a running call."""

    action: ClassVar[str] = "conversation.hung_up"


class FollowUpChanged(ConversationEvent, frozen=True, kw_only=True):
    """The note, or whether somebody has seen to it."""

    action: ClassVar[str] = "conversation.follow_up_changed"


class ConversationDeleted(ConversationEvent, frozen=True, kw_only=True):
    """It is no longer shown. The daily figures keep it, because the call was made and paid. `old`
    holds status, direction, agent and time: nothing that names the caller."""

    action: ClassVar[str] = "conversation.deleted"


class UsageRepaired(Event, frozen=True, kw_only=True):
    """The daily figures differed from the calls and were set right. `entity_id` is the agent, or zero for none."""

    action: ClassVar[str] = "usage.repaired"
    entity: ClassVar[str] = "usage_daily"


class SigningSecretReplaced(Event, frozen=True, kw_only=True):
    """What we send to the workspace's own servers is signed with another secret. `entity_id` is the secret; `new` says
    whether there was one before."""

    action: ClassVar[str] = "signing_secret.replaced"
    entity: ClassVar[str] = "signing_secret"


class DeliveryRepeated(Event, frozen=True, kw_only=True):
    """Somebody asked that the workspace's server be told once more. `entity_id` is the entry of the log."""

    action: ClassVar[str] = "delivery.repeated"
    entity: ClassVar[str] = "activity"


class TextsExpired(Event, frozen=True, kw_only=True):
    """The workspace's retention has deleted recordings or what was said. `entity_id` is the workspace; `new` holds how
    many of which."""

    action: ClassVar[str] = "retention.applied"
    entity: ClassVar[str] = "workspace"
