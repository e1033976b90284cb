"""What happens to memberships and invitations. `entity_id` is the membership or the invitation."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class InvitationEvent(Event, frozen=True, kw_only=True):
    entity: ClassVar[str] = "invitation"


class InvitationSent(InvitationEvent, frozen=True, kw_only=True):
    """Somebody is invited to the organisation; `new` holds address, role and circle."""

    action: ClassVar[str] = "invitation.created"


class MemberInvited(InvitationEvent, frozen=True, kw_only=True):
    """Somebody is invited to the workspace; `new` holds address, role and circle."""

    action: ClassVar[str] = "member.invited"


class InvitationSentAgain(InvitationEvent, frozen=True, kw_only=True):
    """The old link is worth nothing now."""

    action: ClassVar[str] = "invitation.resent"


class InvitationCancelled(InvitationEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "invitation.revoked"


class InvitationAccepted(InvitationEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "invitation.accepted"


class PersonJoined(Event, frozen=True, kw_only=True):
    """Somebody came in by invitation; `new` holds the user, their address, the role and the circle."""

    action: ClassVar[str] = "member.joined"
    entity: ClassVar[str] = "member"


class RoleChanged(Event, frozen=True, kw_only=True):
    """`old` and `new` hold the role, `new` also whose it is."""

    action: ClassVar[str] = "member.role_changed"
    entity: ClassVar[str] = "member"


class MemberRemoved(Event, frozen=True, kw_only=True):
    """`old` holds the user, their address and the role."""

    action: ClassVar[str] = "member.removed"
    entity: ClassVar[str] = "member"


class OwnershipTransferred(Event, frozen=True, kw_only=True):
    """`old` and `new` hold the owner's user id and address."""

    action: ClassVar[str] = "ownership.transferred"
    entity: ClassVar[str] = "member"
