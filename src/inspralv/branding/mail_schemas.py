"""How a partner's mail leaves, as it is sent, stored and shown. Secrets go in and never come out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.accounts.schemas import Email
from inspralv.foundation.mail.log import MailEntry
from inspralv.foundation.mail.transports import Security

MailWay = Literal["platform", "smtp", "resend"]
SenderName = Annotated[str, Meta(max_length=78, description="Null: the partner's name.")]
Host = Annotated[str, Meta(max_length=253, pattern=r"^[A-Za-z0-9.:-]*$", examples=["smtp.agency.example"])]
Port = Annotated[int, Meta(ge=1, le=65535)]
Secret = Annotated[str, Meta(min_length=1, max_length=500, description="Written, never read.")]
ApiKey = Annotated[
    str,
    Meta(
        min_length=1, max_length=500, pattern=r"^[!-~]+$", description="Letters, digits and signs. Written, never read."
    ),
]
User = Annotated[str, Meta(max_length=255)]


class MailChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly what is sent is changed; null takes a thing away."""

    way: MailWay | UnsetType = UNSET
    sender_name: SenderName | UnsetType | None = UNSET
    sender_address: Email | UnsetType | None = UNSET
    smtp_host: Host | UnsetType | None = UNSET
    smtp_port: Port | UnsetType | None = UNSET
    smtp_security: Security | UnsetType = UNSET
    smtp_user: User | UnsetType | None = UNSET
    smtp_password: Secret | UnsetType | None = UNSET
    resend_key: ApiKey | UnsetType | None = UNSET


class MailRow(msgspec.Struct, frozen=True, kw_only=True):
    """The stored settings; the secrets are sealed."""

    version: int = 0
    way: MailWay = "platform"
    sender_name: str | None = None
    sender_address: str | None = None
    smtp_host: str | None = None
    smtp_port: int | None = None
    smtp_security: Security = "starttls"
    smtp_user: str | None = None
    smtp_password: bytes | None = None
    resend_key: bytes | None = None
    resend_hint: str | None = None
    tested_at: datetime | None = None
    test_recipient: str | None = None
    test_error: str | None = None


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How mail leaves. What is stored is `in_use` with white label only; without, mail leaves by the platform in the
    partner's name. `sent_by` names the way in words; `leaves` is false when mail stays here to be read. A test that went
    wrong left its `test_error`."""

    in_use: bool
    way: MailWay
    sender_name: str | None
    sender_address: str | None
    reply_to: str | None
    smtp_host: str | None
    smtp_port: int | None
    smtp_security: Security
    smtp_user: str | None
    has_smtp_password: bool
    resend_key_hint: str | None
    sent_by: str
    leaves: bool
    tested_at: datetime | None
    test_recipient: str | None
    test_error: str | None


class TestOutcome(msgspec.Struct, frozen=True):
    """What became of a test mail. `status` is sent, kept (nothing leaves this installation) or failed."""

    id: UUID
    status: Literal["sent", "kept", "failed"]
    recipient: str
    sent_by: str
    error: str | None


class MailLog(msgspec.Struct, frozen=True):
    """Mails, newest first; `next_before` begins the next page."""

    mails: list[MailEntry]
    next_before: UUID | None


class SentAgain(msgspec.Struct, frozen=True):
    """The mail waits in the queue again."""

    success: bool = True
