"""Domains as they are stored, as the API tells them, and what a look at DNS saw."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from inspralv.domains.names import readable

State = Literal["waiting", "verified", "certificate", "active", "lapsed"]
Reason = Literal["", "unanswered", "no_txt", "other_txt", "no_cname", "other_cname"]
TXT_LABEL = "_domain-check"
PROVED: frozenset[State] = frozenset({"verified", "certificate", "active"})


class Seen(msgspec.Struct, frozen=True):
    """What DNS showed. `target` are the names or addresses that the host leads to; `points` says that they are ours.
    What was not `answered` says nothing by itself; `alone` says that the domain's servers were silent while ours were
    not."""

    txt: tuple[str, ...] = ()
    txt_answered: bool = True
    target: tuple[str, ...] = ()
    target_answered: bool = True
    points: bool = False
    alone: bool = False


class Domain(msgspec.Struct, frozen=True, kw_only=True):
    """A host name of a partner. It leads to the partner while `verified_at` is set."""

    id: UUID
    hostname: str
    is_primary: bool
    verification_token: str
    state: State
    reason: Reason
    seen: Seen
    verified_at: datetime | None
    lapsed_at: datetime | None
    checked_at: datetime | None
    failing_since: datetime | None
    failed_looks: int
    created_at: datetime

    @property
    def is_proved(self) -> bool:
        return self.verified_at is not None

    @property
    def readable(self) -> str:
        """The name as people write it."""
        return readable(self.hostname)

    @property
    def txt_name(self) -> str:
        return f"{TXT_LABEL}.{self.hostname}"


class NewDomain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A host name to be added, as typed."""

    hostname: Annotated[str, Meta(min_length=1, max_length=300)]


class Record(msgspec.Struct, frozen=True):
    """A record to set. `seen` is what DNS shows in its place, `right` whether that is as it should be."""

    type: Literal["CNAME", "TXT"]
    name: str
    value: str
    seen: tuple[str, ...]
    answered: bool
    right: bool


class DomainOut(msgspec.Struct, frozen=True, kw_only=True):
    """A domain as the API tells it; the platform's own subdomain has no records to set. `message` says in words why the
    domain is not proved."""

    id: UUID
    hostname: str
    is_primary: bool
    state: State
    reason: Reason
    message: str
    records: tuple[Record, ...]
    created_at: datetime
    verified_at: datetime | None
    checked_at: datetime | None


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True
