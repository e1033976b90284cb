"""What happens to applications and to the partners they become. `entity_id` is the application or the partner."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class RequestEvent(Event, frozen=True, kw_only=True):
    entity: ClassVar[str] = "partner_request"


class RequestReceived(RequestEvent, frozen=True, kw_only=True):
    """`new` holds company, subdomain, domain, and whether there is a logo."""

    action: ClassVar[str] = "partner_request.created"


class RequestChanged(RequestEvent, frozen=True, kw_only=True):
    """Staff corrected it."""

    action: ClassVar[str] = "partner_request.updated"


class RequestApproved(RequestEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "partner_request.approved"


class RequestRejected(RequestEvent, frozen=True, kw_only=True):
    """`new` holds the reason."""

    action: ClassVar[str] = "partner_request.rejected"


class RequestDeleted(RequestEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "partner_request.deleted"


class OwnerInvited(Event, frozen=True, kw_only=True):
    """The first owner of a partner has an account, and a link to set its password; `new` holds address and role.
    `entity_id` is the account."""

    action: ClassVar[str] = "user.invited"
    entity: ClassVar[str] = "user"


class PartnerCreated(Event, frozen=True, kw_only=True):
    """`new` holds name, slug, host, plan and the owner's address."""

    action: ClassVar[str] = "partner.created"
    entity: ClassVar[str] = "partner"
