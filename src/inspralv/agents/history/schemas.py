"""Versions as rows and as the API answers them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from inspralv.agents.schemas import SyncStatus, VersionNote
from inspralv.foundation.language.texts import N_, said

AuthorKind = Literal["user", "system", "provider", "staff", "anonymous"]
AUTHORS = {
    "system": N_("Automatic"),
    "provider": N_("The provider"),
    "staff": N_("Support"),
    "anonymous": N_("Somebody"),
}


class AgentHead(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages about an agent say of it above everything else."""

    id: UUID
    name: str
    provider: str
    version: int
    synced_version: int | None
    sync_status: SyncStatus


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What has just been saved as a version: the content, and the one it replaces, as `content_of` returns them."""

    version: int
    content: dict[str, Any]
    before: dict[str, Any] | None = None
    note: str | None = None
    restored_from: int | None = None


class VersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One save. `changed` names the fields that differ from the version before."""

    version: int
    note: str | None
    author_kind: AuthorKind
    author_id: UUID | None
    author_name: str | None
    restored_from: int | None
    changed: list[str]
    created_at: datetime

    @property
    def author(self) -> str:
        return self.author_name or said(AUTHORS.get(self.author_kind, "Somebody"))


class AgentVersion(VersionRow, frozen=True, kw_only=True):
    """A save with what was saved."""

    content: dict[str, Any]


class History(msgspec.Struct, frozen=True):
    """An agent, a page of its versions, newest first, and how many there are in all."""

    agent: AgentHead
    versions: list[VersionRow]
    total: int


class Author(msgspec.Struct, frozen=True):
    """Who saved it."""

    kind: AuthorKind
    id: UUID | None
    name: str


class VersionOut(msgspec.Struct, frozen=True, kw_only=True):
    """A version. `changed` names the fields that differ from the version before; `at_provider`: the provider has it."""

    version: int
    note: str | None
    author: Author
    restored_from: int | None
    changed: list[str]
    created_at: datetime
    is_current: bool
    at_provider: bool


class VersionDetail(VersionOut, frozen=True, kw_only=True):
    """A version with everything that people edit, as it was then."""

    content: dict[str, Any]


class Restore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to go back."""

    note: VersionNote | None = None


def version_out(agent: AgentHead, row: VersionRow) -> VersionOut:
    """Return the API's view of a row."""
    return VersionOut(**_common(agent, row))


def version_detail(agent: AgentHead, row: AgentVersion) -> VersionDetail:
    """Return the API's view of a version in full."""
    return VersionDetail(**_common(agent, row), content=row.content)


def _common(agent: AgentHead, row: VersionRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "note": row.note,
        "author": Author(row.author_kind, row.author_id, row.author),
        "restored_from": row.restored_from,
        "changed": row.changed,
        "created_at": row.created_at,
        "is_current": row.version == agent.version,
        "at_provider": row.version == agent.synced_version,
    }
