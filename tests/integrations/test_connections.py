"""How other rooms reach a provider, and how a webhook's address leads back to its workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from tests.conftest import Sandbox, Site
from tests.world import ACME, BAKERY, CLINIC, OLGA, RIVAL

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.secrets import CannotOpen
from inspralv.foundation.services import Services
from inspralv.integrations.connections import (
    Connection,
    find_connection,
    find_endpoint,
    has_key,
    open_session,
)
from inspralv.integrations.hook_secrets import find_hook_secrets

KEYS = "/api/partner/integrations"


@pytest.fixture(scope="module")
async def key(site: Site, sandbox: Sandbox) -> dict[str, Any]:
    body = {
        "provider": "vapi",
        "name": "Main",
        "default_secret_key": sandbox.private_key,
        "default_public_key": sandbox.public_key,
    }
    return dict((await site.as_(OLGA).post(KEYS, json=body)).json()["data"])


@asynccontextmanager
async def context(services: Services, scope: Scope) -> AsyncIterator[Context]:
    ctx = Context(services, scope, Actor("system"), Origin())
    try:
        yield ctx
    finally:
        await ctx.rollback()


async def connection_of(services: Services, workspace_id: Any = CLINIC, partner_id: Any = ACME) -> Connection | None:
    async with context(services, Scope(partner_id, wide=True)) as ctx:
        return await find_connection(ctx, workspace_id, "vapi")


async def test_a_connection_talks_to_the_provider(services: Services, sandbox: Sandbox, key: dict[str, Any]) -> None:
    connection = await connection_of(services)
    assert connection is not None
    assert (connection.secret_key, connection.public_key) == (sandbox.private_key, sandbox.public_key)
    assert str(connection.integration_id) == key["id"]
    account = await open_session(services, connection).check()
    assert account is not None
    for secret in (connection.secret_key, connection.hook_secret, connection.hook_url.rpartition("/")[2]):
        assert secret not in repr(connection)


async def test_workspaces_have_webhook_addresses_and_secrets_of_their_own(
    services: Services, key: dict[str, Any]
) -> None:
    clinic, bakery = await connection_of(services), await connection_of(services, BAKERY)
    assert clinic is not None
    assert bakery is not None
    assert clinic.hook_url != bakery.hook_url
    assert clinic.hook_secret != bakery.hook_secret
    token = clinic.hook_url.rpartition("/")[2]
    endpoint = await find_endpoint(services, "vapi", token)
    assert endpoint is not None
    assert (endpoint.partner_id, endpoint.workspace_id, endpoint.id) == (ACME, CLINIC, clinic.endpoint_id)
    async with context(services, Scope(ACME, CLINIC)) as ctx:
        assert list(await find_hook_secrets(ctx, endpoint)) == [clinic.hook_secret]
    async with context(services, Scope(ACME, BAKERY)) as ctx:
        assert list(await find_hook_secrets(ctx, endpoint)) == []
    assert await find_endpoint(services, "another", token) is None
    assert await find_endpoint(services, "vapi", token + "x") is None


async def test_the_token_is_stored_as_a_hash_only(services: Services, dsns: Dsns, key: dict[str, Any]) -> None:
    connection = await connection_of(services)
    assert connection is not None
    token = connection.hook_url.rpartition("/")[2]
    owner = await asyncpg.connect(dsns.owner)
    rows = await owner.fetch(
        "SELECT e::text AS row FROM app.hook_endpoints e UNION ALL SELECT a::text FROM app.integration_assignments a"
    )
    await owner.close()
    for secret in (token, connection.hook_secret):
        assert not [row for row in rows if secret in row["row"] or secret.encode().hex() in row["row"]]


async def test_a_workspace_sees_that_it_has_a_key_but_not_the_key(services: Services, key: dict[str, Any]) -> None:
    async with context(services, Scope(ACME, CLINIC)) as ctx:
        assert await has_key(ctx, "vapi")
        assert await find_connection(ctx, CLINIC, "vapi") is None, "row security shows keys to a wide context only"
    assert await connection_of(services, CLINIC, RIVAL) is None


async def test_a_copied_key_does_not_open_elsewhere(
    site: Site, services: Services, dsns: Dsns, key: dict[str, Any]
) -> None:
    other = (
        await site.as_(OLGA).post(KEYS, json={"provider": "vapi", "name": "B", "default_secret_key": "another-key-1"})
    ).json()
    owner = await asyncpg.connect(dsns.owner)
    was = await owner.fetchval("SELECT secret_key FROM app.integrations WHERE id = $1", key["id"])
    moved = "UPDATE app.integrations SET secret_key = $2 WHERE id = $1"
    await owner.execute(
        moved,
        key["id"],
        await owner.fetchval("SELECT secret_key FROM app.integrations WHERE id = $1", other["data"]["id"]),
    )
    try:
        with pytest.raises(CannotOpen):
            await connection_of(services)
    finally:
        await owner.execute(moved, key["id"], was)
        await owner.close()


async def test_a_key_out_of_use_connects_nobody(site: Site, services: Services, key: dict[str, Any]) -> None:
    olga = site.as_(OLGA)
    await olga.patch(f"{KEYS}/{key['id']}", json={"is_active": False})
    assert await connection_of(services) is None
    await olga.patch(f"{KEYS}/{key['id']}", json={"is_active": True})
    assert await connection_of(services) is not None


async def test_a_closed_address_leads_nowhere(site: Site, services: Services, key: dict[str, Any]) -> None:
    connection = await connection_of(services, BAKERY)
    assert connection is not None
    await site.as_(OLGA).delete(f"/api/partner/workspaces/{BAKERY}/integrations/vapi")
    assert await find_endpoint(services, "vapi", connection.hook_url.rpartition("/")[2]) is None
    assert await connection_of(services, BAKERY) is None
