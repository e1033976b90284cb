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
    """The operator let a member of staff, whom `new` names, set up another second factor."""

    action: ClassVar[str] = "staff.two_factor_reset"
    entity: ClassVar[str] = "super_admin"


class StaffAdded(Event, frozen=True, kw_only=True):
    """`new` holds the address and name."""

    action: ClassVar[str] = "staff.added"
    entity: ClassVar[str] = "super_admin"


class PartnerEvent(Event, frozen=True, kw_only=True):
    """What staff did with a partner; in its log as well as in the platform's."""

    entity: ClassVar[str] = "partner"


class PartnerUpdated(PartnerEvent, frozen=True, kw_only=True):
    """The operator changed it; `old` and `new` hold name, plan, features, limits and brand, as far as they changed."""

    action: ClassVar[str] = "partner.updated"


class PartnerSuspended(PartnerEvent, frozen=True, kw_only=True):
    action: ClassVar[str] = "partner.suspended"


class PartnerRestored(PartnerEvent, frozen=True, kw_only=True):
    """The suspension has ended."""

    action: ClassVar[str] = "partner.restored"


class PartnerDeleted(PartnerEvent, frozen=True, kw_only=True):
    """For 30 days it can be taken back."""

    action: ClassVar[str] = "partner.deleted"


class PartnerUndeleted(PartnerEvent, frozen=True, kw_only=True):
    """That it was deleted was taken back."""

    action: ClassVar[str] = "partner.undeleted"


class PartnerErased(PartnerEvent, frozen=True, kw_only=True):
    """It is gone for good. `old` says what it was, `new` what could not be removed at providers."""

    action: ClassVar[str] = "partner.erased"


class JobsRetried(PartnerEvent, frozen=True, kw_only=True):
    """`new` holds the numbers and tasks of the failed jobs that run again."""

    action: ClassVar[str] = "jobs.retried"


class DeliveryEvent(Event, frozen=True, kw_only=True):
    entity: ClassVar[str] = "provider_delivery"


class DeliveryRetried(DeliveryEvent, frozen=True, kw_only=True):
    """What a provider sent is worked in again."""

    action: ClassVar[str] = "delivery.retried"


class MailSentAgain(Event, frozen=True, kw_only=True):
    """`new` holds template and recipient."""

    action: ClassVar[str] = "mail.sent_again"
    entity: ClassVar[str] = "mail"


class AccountEvent(Event, frozen=True, kw_only=True):
    """What staff did with somebody's account."""

    entity: ClassVar[str] = "user"


class ViewStarted(AccountEvent, frozen=True, kw_only=True):
    """The operator looks at the partner as this person, reading only. `new` names both, and when it ends at the latest."""

    action: ClassVar[str] = "user.view_started"


class ViewEnded(AccountEvent, frozen=True, kw_only=True):
    """A view is over: the operator ended it or signed out of the console, or its time was up. `new` names both."""

    action: ClassVar[str] = "user.view_ended"


class AccountSuspended(AccountEvent, frozen=True, kw_only=True):
    """The person is let in no more; `new` names them."""

    action: ClassVar[str] = "user.suspended"


class AccountReactivated(AccountEvent, frozen=True, kw_only=True):
    """The person is let in again; `new` names them."""

    action: ClassVar[str] = "user.reactivated"


class SessionsEnded(AccountEvent, frozen=True, kw_only=True):
    """The operator signed the person out everywhere; `old` names them and says of how many sessions."""

    action: ClassVar[str] = "user.sessions_ended"


class PasswordLinkSent(AccountEvent, frozen=True, kw_only=True):
    """A link for a new password was mailed to the person, whom `new` names."""

    action: ClassVar[str] = "user.password_link_sent"


class SecondStepsReset(AccountEvent, frozen=True, kw_only=True):
    """The operator took app, recovery codes and passkeys of the person, whom `new` names, away; `new` says why."""

    action: ClassVar[str] = "user.second_steps_reset"
