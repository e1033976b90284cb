"""What the API of one's own account answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.accounts.schemas import OpenSession


class AccountOut(msgspec.Struct, frozen=True, kw_only=True):
    """The caller's account, and how it is protected."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    two_factor: bool
    two_factor_required: bool
    recovery_codes_left: int
    passkeys: int
    waiting_email: str | None


class SessionOut(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the caller is signed in; `device` is read from what the browser says of itself."""

    id: UUID
    device: str
    user_agent: str | None
    ip: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def of(cls, session: OpenSession, device: str) -> SessionOut:
        """Return a session with its device in words."""
        return cls(device=device, **msgspec.structs.asdict(session))


class SessionsEndedOut(msgspec.Struct, frozen=True):
    """How many sessions ended."""

    ended: int


class TwoFactorSetupOut(msgspec.Struct, frozen=True):
    """What an authenticator app needs; shown until the first code confirms it, and never again."""

    secret: str
    otpauth_url: str


class RecoveryCodesOut(msgspec.Struct, frozen=True):
    """The recovery codes, which are shown this once."""

    recovery_codes: list[str]


class PasskeyOptions(msgspec.Struct, frozen=True):
    """What navigator.credentials needs (WebAuthn level 3, 5.1.8 and 5.1.10), binary values in base64url."""

    options: dict[str, Any]


class AddedOut(msgspec.Struct, frozen=True):
    """What was added."""

    id: UUID


class AddressAnswered(msgspec.Struct, frozen=True):
    """What became of a change of address: done, waiting for the other mailbox, or stopped."""

    state: str
    message: str
