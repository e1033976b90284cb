"""A new master key takes over from the old one while the product runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.conftest import Sandbox, Site
from tests.world import OLGA

from inspralv.assembly import dsns_of
from inspralv.commands.rotate_keys import rotate_keys, sealed_columns
from inspralv.foundation.db.resealing import rewrap_column
from inspralv.foundation.secrets import CannotOpen, Place, SealedColumn, Sealer
from inspralv.sandbox.customers import CUSTOMERS
from inspralv.settings import Settings

KEYS = "/api/partner/integrations"
NEW = b"n" * 32


@pytest.fixture
async def owner(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns_of(settings).owner)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def filled(site: Site, sandbox: Sandbox) -> None:
    """Keys of every provider, one of them replaced a moment ago."""
    olga = site.as_(OLGA)
    for provider, pair in CUSTOMERS.items():
        given = dict(pair.acme.credentials)
        names = ("secret_key", "public_key", "webhook_key")
        keys = {f"default_{name}": given.pop(name) for name in names if name in given}
        body = {"provider": provider, "name": provider, "config": given, **keys}
        added = await olga.post(KEYS, json=body)
        assert added.status_code == 201, added.text
        if "default_webhook_key" in keys:
            path = f"{KEYS}/{added.json()['data']['id']}"
            assert (await olga.patch(path, json={"default_webhook_key": "a-newer-one"})).status_code == 200


def with_keys(settings: Settings, keys: dict[int, bytes]) -> Settings:
    return msgspec.structs.replace(settings, secrets=msgspec.structs.replace(settings.secrets, master_keys=keys))


async def test_every_sealed_column_of_the_catalogue_is_declared(owner: asyncpg.Connection) -> None:
    """A column of bytes is a hash, or public and on this list, or it is sealed and declared by its slice."""
    plain = {"body", "hash"}
    rows = await owner.fetch(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE c.table_schema = 'app' AND c.data_type = 'bytea'"
        " AND t.table_type = 'BASE TABLE' AND NOT EXISTS (SELECT FROM pg_inherits i"
        " WHERE i.inhrelid = (quote_ident(c.table_schema) || '.' || quote_ident(c.table_name))::regclass)"
    )
    named = {(row["table_name"], row["column_name"]) for row in rows}
    found = {(table, column) for table, column in named if column not in plain and not column.endswith("_hash")}
    public = {("passkeys", "public_key"), ("passkeys", "credential_id"), ("partner_requests", "logo")}
    assert found - public == {(one.table, one.column) for one in sealed_columns()}


async def test_everything_is_brought_over_and_the_old_key_can_go(
    site: Site, filled: None, settings: Settings, owner: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    old = dict(settings.secrets.master_keys)
    both, alone = with_keys(settings, {**old, 9: NEW}), Sealer({9: NEW})
    count, before = await counted(owner, Sealer(old))
    assert count >= 10
    assert rotate(both)
    printed = capsys.readouterr().out
    assert "master key 9" in printed
    assert (await counted(owner, alone)) == (count, before), "the same values, opened with the new key alone"
    with pytest.raises(CannotOpen):
        await counted(owner, Sealer(old))
    assert rotate(both), "a second run finds nothing to do"
    # What is sealed meanwhile with the older key is found by the next run.
    assert rotate(with_keys(settings, {**old, 9: NEW, 10: b"m" * 32}))
    assert (await counted(owner, Sealer({10: b"m" * 32}))) == (count, before)
    assert rotate(with_keys(settings, {10: b"m" * 32, 11: next(iter(old.values()))}))


async def test_what_cannot_be_opened_is_counted_and_left(
    settings: Settings, filled: None, owner: asyncpg.Connection
) -> None:
    row = await owner.fetchrow("SELECT partner_id, id, secret_key FROM app.integrations LIMIT 1")
    assert row is not None
    column = SealedColumn("integrations", "secret_key")
    damaged = b"\x00\x63" + row["secret_key"][2:]
    await owner.execute("UPDATE app.integrations SET secret_key = $2 WHERE id = $1", row["id"], damaged)
    sealer = Sealer({20: b"k" * 32, **dict(settings.secrets.master_keys)})
    tally = await rewrap_column(owner, sealer, column)
    assert tally.closed >= 1
    assert await owner.fetchval("SELECT secret_key FROM app.integrations WHERE id = $1", row["id"]) == damaged
    await owner.execute("UPDATE app.integrations SET secret_key = $2 WHERE id = $1", row["id"], row["secret_key"])


async def counted(owner: asyncpg.Connection, sealer: Sealer) -> tuple[int, set[Any]]:
    """How many sealed values there are, and what they are. Raises CannotOpen."""
    values: list[str] = []
    for one in sealed_columns():
        rows = await owner.fetch(
            f"SELECT partner_id, {one.row} AS row, {one.column} AS sealed FROM app.{one.table} WHERE {one.column} IS NOT NULL"  # noqa: S608
        )
        values += [
            sealer.open(row["sealed"], Place(row["partner_id"], one.table, row["row"], one.column)) for row in rows
        ]
    return len(values), set(values)


def rotate(settings: Settings) -> bool:
    """The command runs a loop of its own."""
    import threading

    result: list[bool] = []
    thread = threading.Thread(target=lambda: result.append(rotate_keys(settings)))
    thread.start()
    thread.join()
    return result[0]
