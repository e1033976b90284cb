"""Keys of the cast, laid down as the database keeps them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.world import Cast

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.tenancy.scopes import SCOPES


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look at the tables."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


async def plant(
    owner: asyncpg.Connection, person: Cast, scopes: Iterable[str] = SCOPES, workspace: UUID | None = None,
    life: timedelta | None = None,
) -> str:  # fmt: skip
    """Lay down a key and return its token."""
    token, now = f"ik_{new_token()}", datetime.now(UTC)
    listed = ",".join(f'"{scope}"' for scope in scopes)
    await owner.execute(
        "INSERT INTO app.api_keys (partner_id, id, user_id, name, hint, token_hash, scopes, workspace_id, created_at, expires_at)"
        " VALUES ($1, $2, $3, 'Robot', $4, $5, $6::text::jsonb, $7, $8, $9)",
        person.partner_id, uuid7(now), person.id, token[:9], token_hash(token), f"[{listed}]", workspace, now,
        now + life if life else None,
    )  # fmt: skip
    return token


def robot(site: Site, token: str, host: str = "acme.localhost") -> httpx.AsyncClient:
    """A program that asks with a key."""
    return site.at(host, headers={"authorization": f"Bearer {token}"})
