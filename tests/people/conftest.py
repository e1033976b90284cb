"""People who come and go: the owner's look at the tables, and the links that invitations are mailed with."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.world import ACME, EVERYBODY, Cast

from inspralv.foundation.db.dsn import Dsns


@pytest.fixture
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look at the tables; afterwards everybody is again what they were."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.execute("DELETE FROM app.partner_invitations; DELETE FROM app.workspace_invitations")
    await connection.execute("DELETE FROM app.rate_limits")
    for person in EVERYBODY:
        await connection.execute(
            "UPDATE app.partner_members SET role = $2, removed_at = NULL WHERE user_id = $1",
            person.id,
            person.partner_role,
        )
        await connection.execute("UPDATE app.workspace_members SET removed_at = now() WHERE user_id = $1", person.id)
        for workspace_id, role in person.roles.items():
            await connection.execute(
                "UPDATE app.workspace_members SET role = $3, removed_at = NULL WHERE user_id = $1 AND workspace_id = $2",
                person.id, workspace_id, role,
            )  # fmt: skip
    await connection.close()


async def team_id(rows: asyncpg.Connection, person: Cast) -> str:
    """A person's membership of the partner."""
    return str(await rows.fetchval("SELECT id FROM app.partner_members WHERE user_id = $1", person.id))


async def member_id(rows: asyncpg.Connection, person: Cast, workspace_id: object) -> str:
    """A person's membership of a workspace."""
    sql = "SELECT id FROM app.workspace_members WHERE user_id = $1 AND workspace_id = $2"
    return str(await rows.fetchval(sql, person.id, workspace_id))


async def invited(client: httpx.AsyncClient, path: str, **body: Any) -> tuple[dict[str, Any], str]:
    """Invite somebody; return the invitation and the token of its link."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    return data, token_in(data["invite_link"])


def token_in(link: str) -> str:
    found = re.search(r"token=([\w-]+)", link)
    assert found
    return found[1]


async def newest_mail(rows: asyncpg.Connection, recipient: str) -> asyncpg.Record:
    sql = "SELECT * FROM app.mail_messages WHERE partner_id = $1 AND recipient = $2 ORDER BY id DESC LIMIT 1"
    found = await rows.fetchrow(sql, ACME, recipient)
    assert found is not None
    return found


async def status_of(site: Site, person: Cast, path: str) -> int:
    return (await site.as_(person).get(path)).status_code
