"""Jobs, deliveries and mails of all partners, as staff see them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

LetterFilter = Literal["trouble", "failed", "ignored"]
MailFilter = Literal["all", "failed", "queued", "kept", "sent"]


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many jobs of a queue are due, wait for their time, run and have failed."""

    name: str
    waiting: int
    later: int
    running: int
    failed: int


class FailedJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was given up. `error` is None for one that failed before errors were kept."""

    id: int
    task: str
    queue: str
    attempts: int
    error: str | None
    failed_at: datetime | None
    partner_id: UUID | None
    partner: str | None


class JobList(msgspec.Struct, frozen=True):
    """Every queue, and one page of the failed jobs, the latest first."""

    queues: list[QueueRow]
    rows: list[FailedJob]
    total: int


class RetriedJob(msgspec.Struct, frozen=True):
    """A failed job that is about to run again."""

    id: int
    task: str
    partner_id: UUID | None


class LetterRow(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery of a provider that came to nothing; `note` says why. `size` is in bytes."""

    id: UUID
    partner_id: UUID
    partner: str
    workspace: str
    provider: str
    status: str
    note: str | None
    received_at: datetime
    size: int


class LetterList(msgspec.Struct, frozen=True):
    """One page of deliveries, the latest first."""

    rows: list[LetterRow]
    total: int


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery with its body."""

    id: UUID
    partner_id: UUID
    partner: str
    workspace_id: UUID
    workspace: str
    provider: str
    status: str
    note: str | None
    received_at: datetime
    processed_at: datetime | None
    body: bytes


class MailRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mail without its text."""

    id: UUID
    partner_id: UUID
    partner: str
    template: str
    recipient: str
    subject: str
    status: str
    error: str | None
    attempts: int
    created_at: datetime
    has_text: bool


class MailList(msgspec.Struct, frozen=True):
    """One page of mails, the latest first."""

    rows: list[MailRow]
    total: int


class Mail(MailRow, frozen=True, kw_only=True):
    """One mail with its text, as long as it is kept."""

    sender: str
    html: str
    plain: str
    sent_at: datetime | None
    sent_by: str | None
