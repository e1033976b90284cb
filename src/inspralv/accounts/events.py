"""What happens to accounts."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class UserSignedIn(Event, frozen=True, kw_only=True):
    """Somebody signed in; `new` says by which method: password, passkey, link, or oidc with its issuer."""

    action: ClassVar[str] = "user.login"
    entity: ClassVar[str] = "user"


class UserSignedOut(Event, frozen=True, kw_only=True):
    """Somebody signed out."""

    action: ClassVar[str] = "user.logout"
    entity: ClassVar[str] = "user"


class UserJoined(Event, frozen=True, kw_only=True):
    """A new account confirmed its address; `new` holds the address, plan and source."""

    action: ClassVar[str] = "user.joined"
    entity: ClassVar[str] = "user"


class UserUpdated(Event, frozen=True, kw_only=True):
    """`old` and `new` hold the changed ones of first_name and last_name; of a password only that it changed."""

    action: ClassVar[str] = "user.updated"
    entity: ClassVar[str] = "user"


class AddressChangeAsked(Event, frozen=True, kw_only=True):
    """Somebody wants another address, in `new`; both mailboxes are asked."""

    action: ClassVar[str] = "user.email_change_requested"
    entity: ClassVar[str] = "user"


class AddressChangeStopped(Event, frozen=True, kw_only=True):
    """The address in `old` will not become somebody's: they or a mailbox stopped it."""

    action: ClassVar[str] = "user.email_change_stopped"
    entity: ClassVar[str] = "user"


class SessionsEnded(Event, frozen=True, kw_only=True):
    """Somebody ended sessions of their own from afar; `new` says how many."""

    action: ClassVar[str] = "user.sessions_ended"
    entity: ClassVar[str] = "user"


class TwoFactorTurnedOn(Event, frozen=True, kw_only=True):
    """Somebody signs in with a second factor from now on."""

    action: ClassVar[str] = "user.two_factor_enabled"
    entity: ClassVar[str] = "user"


class TwoFactorTurnedOff(Event, frozen=True, kw_only=True):
    """Somebody signs in with the password alone again."""

    action: ClassVar[str] = "user.two_factor_disabled"
    entity: ClassVar[str] = "user"


class RecoveryCodesMade(Event, frozen=True, kw_only=True):
    """Somebody replaced their recovery codes."""

    action: ClassVar[str] = "user.recovery_codes_created"
    entity: ClassVar[str] = "user"


class RecoveryCodeUsed(Event, frozen=True, kw_only=True):
    """Somebody signed in with a recovery code."""

    action: ClassVar[str] = "user.recovery_code_used"
    entity: ClassVar[str] = "user"


class DataAsked(Event, frozen=True, kw_only=True):
    """Somebody asked for a copy of their data."""

    action: ClassVar[str] = "user.data_requested"
    entity: ClassVar[str] = "user"


class DataReady(Event, frozen=True, kw_only=True):
    """The copy of somebody's data can be downloaded; `new` says how large it is and until when."""

    action: ClassVar[str] = "user.data_ready"
    entity: ClassVar[str] = "user"


class AccountDeleted(Event, frozen=True, kw_only=True):
    """Somebody deleted their account. Said once for the organisation, with the role they had there in `old`, and once in
    each workspace they were in. It names nobody: the id is all that stays."""

    action: ClassVar[str] = "user.deleted"
    entity: ClassVar[str] = "user"


class PasskeyAdded(Event, frozen=True, kw_only=True):
    """`new` holds the passkey's name."""

    action: ClassVar[str] = "passkey.created"
    entity: ClassVar[str] = "passkey"


class PasskeyRenamed(Event, frozen=True, kw_only=True):
    """`old` and `new` hold the name."""

    action: ClassVar[str] = "passkey.updated"
    entity: ClassVar[str] = "passkey"


class PasskeyRemoved(Event, frozen=True, kw_only=True):
    """`old` holds the passkey's name."""

    action: ClassVar[str] = "passkey.deleted"
    entity: ClassVar[str] = "passkey"


class TwoFactorRequirementChanged(Event, frozen=True, kw_only=True):
    """The partner asks everybody for a second factor, or no longer."""

    action: ClassVar[str] = "partner.security_updated"
    entity: ClassVar[str] = "partner"
