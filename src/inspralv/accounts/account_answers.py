"""What the API of one's own account answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from inspralv.accounts.schemas import DataExport, ExportStatus, OpenSession


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


class DataExportOut(msgspec.Struct, frozen=True, kw_only=True):
    """The copy of one's data: none was asked for, it waits, it is ready for `download` until `expires_at`, it failed, or
    it has expired."""

    status: ExportStatus | Literal["none"]
    asked_at: datetime | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None
    size_bytes: int | None = None
    download: str | None = None

    @classmethod
    def of(cls, export: DataExport | None, download: str) -> DataExportOut:
        """Return an export as its person sees it; `download` is the path of a ready one."""
        if export is None:
            return cls(status="none")
        told = {name: value for name, value in msgspec.structs.asdict(export).items() if name != "id"}
        return cls(download=download if export.status == "ready" else None, **told)


class AddressAnswered(msgspec.Struct, frozen=True):
    """What became of a change of address: done, waiting for the other mailbox, or stopped."""

    state: str
    message: str
