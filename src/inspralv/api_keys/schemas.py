"""API keys as they come in, are stored, and are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from inspralv.accounts.schemas import PasswordIfAny

KeyName = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class NewApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made. `workspace` is the slug of the only workspace it opens; without `expires_at` it does not
    expire. `password` is one's own, and asked for only with an API key."""

    name: KeyName
    scopes: Annotated[list[str], msgspec.Meta(min_length=1, max_length=100)]
    workspace: str | None = None
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    password: PasswordIfAny = ""


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as its owner sees it. `hint` is how it begins, `workspace` the slug of the only workspace it opens."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    workspace: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class CreatedApiKey(msgspec.Struct, frozen=True):
    """A new key. The token is shown this once."""

    key: ApiKey
    token: str


class ScopeOut(msgspec.Struct, frozen=True):
    """A scope, and the permissions that a key carries with it as far as its person has them."""

    scope: str
    permissions: list[str]


class Revoked(msgspec.Struct, frozen=True):
    """The key opens nothing any more."""

    revoked: bool = True
