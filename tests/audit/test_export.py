"""The log as a file: whole, in order, however long it is, and read without holding on to the database."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.world import ACME, BAKERY, CLINIC, MIA, OLGA, RIVAL, WIM

from inspralv.audit.log_export import BATCH
from inspralv.foundation.db import statements
from inspralv.foundation.ids import uuid7

MANY = 10_500
AGENT = "x" * 2000  # so that a file is longer than what fits into the sockets between server and reader
_ADD = """
INSERT INTO app.audit_log (partner_id, id, workspace_id, actor_kind, action, entity_type, entity_id, new_values, user_agent,
                           created_at)
VALUES ($1, $2, $3, 'system', 'agent.synced', 'agent', '=1+1', $4, $5, $6)
"""


@pytest.fixture(scope="module")
async def full(dsns: Any) -> AsyncIterator[list[UUID]]:
    """More than ten thousand entries of the clinic, one a second until now, among those of a bakery and of a rival;
    their ids, the latest first."""
    owner = await asyncpg.connect(dsns.owner)
    start, ids, entries = datetime.now(UTC) - timedelta(seconds=MANY), list[UUID](), list[tuple[Any, ...]]()
    for number in range(MANY):
        at = start + timedelta(seconds=number)
        for partner_id, workspace_id in [(ACME, CLINIC), *((ACME, BAKERY), (RIVAL, None)) * (number % 100 == 0)]:
            agent = AGENT if workspace_id == CLINIC else None
            entry = (partner_id, uuid7(at), workspace_id, json.dumps({"number": number}), agent, at)
            entries.append(entry)
            if workspace_id == CLINIC:
                ids.append(entry[1])
    await owner.executemany(_ADD, entries)
    yield ids[::-1]
    await owner.close()


async def _sheet(client: httpx.AsyncClient, path: str, **query: str) -> list[dict[str, str]]:
    answer = await client.get(path, params=query, timeout=120)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_a_workspace_has_all_of_it(site: Site, full: list[UUID]) -> None:
    rows = await _sheet(site.as_(WIM), "/w/clinic/audit/export", kind="agent")
    assert [row["id"] for row in rows] == [str(one) for one in full]
    assert {row["entity_id"] for row in rows} == {"'=1+1"}
    last = json.loads((await site.as_(WIM).get("/w/clinic/audit/export?format=json&kind=agent", timeout=120)).text)
    assert [row["id"] for row in last] == [str(one) for one in full]


async def test_a_partner_has_all_of_its_own(site: Site, full: list[UUID]) -> None:
    rows = await _sheet(site.as_(OLGA), "/org/audit/export", kind="agent")
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert [row["id"] for row in rows if row["workspace"] == "Bright Clinic"] == [str(one) for one in full]
    assert len(rows) == MANY + MANY // 100


async def test_the_platform_has_all_of_everybody(
    site: Site, staff: httpx.AsyncClient, full: list[UUID], rows: asyncpg.Connection
) -> None:
    told = await _sheet(staff, "/super-admin/audit/export", kind="agent")
    ids = [row["id"] for row in told]
    found = await rows.fetch("SELECT id FROM app.audit_log WHERE entity_type = 'agent' ORDER BY id DESC")
    assert ids == [str(row["id"]) for row in found]
    assert len(ids) == MANY + 2 * MANY // 100


@pytest.mark.parametrize("length", [0, 1, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH])
async def test_a_file_may_end_anywhere(site: Site, full: list[UUID], rows: asyncpg.Connection, length: int) -> None:
    """The last batch may be full, short or empty, in either kind of file."""
    await rows.execute("UPDATE app.audit_log SET entity_type = 'mail' WHERE id = ANY($1)", full[:length])
    try:
        sheet = await _sheet(site.as_(WIM), "/w/clinic/audit/export", kind="mail")
        told = (await site.as_(WIM).get("/w/clinic/audit/export?kind=mail&format=json")).json()
    finally:
        await rows.execute("UPDATE app.audit_log SET entity_type = 'agent' WHERE entity_type = 'mail'")
    assert [row["id"] for row in sheet] == [row["id"] for row in told] == [str(one) for one in full[:length]]


async def test_all_of_it_is_in_the_readers_language(site: Site, full: list[UUID], rows: asyncpg.Connection) -> None:
    await rows.execute("UPDATE app.users SET language = 'de' WHERE id = $1", WIM.id)
    try:
        told = await _sheet(site.as_(WIM), "/w/clinic/audit/export", kind="agent")
    finally:
        await rows.execute("UPDATE app.users SET language = NULL WHERE id = $1", WIM.id)
    assert {row["actor"] for row in told} == {"Das System"}


async def test_a_slow_reader_holds_no_transaction_and_no_right(
    site: Site, full: list[UUID], rows: asyncpg.Connection
) -> None:
    """A reader that stops in the middle: the database is free meanwhile. Whoever lost the right gets no further."""
    await rows.execute(
        "INSERT INTO app.workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)"
        " VALUES ($1, $2, $3, $4, 'admin', now(), now()) ON CONFLICT (partner_id, workspace_id, user_id)"
        " DO UPDATE SET role = 'admin'", ACME, CLINIC, MIA.id, uuid7(datetime.now(UTC)),
    )  # fmt: skip
    async with site.as_(MIA).stream("GET", "/w/clinic/audit/export?kind=agent") as answer:
        assert answer.status_code == 200
        pieces = answer.aiter_bytes()
        begun = await anext(pieces)
        await _nothing_is_open(rows)
        await rows.execute("UPDATE app.workspace_members SET role = 'viewer' WHERE user_id = $1", MIA.id)
        got = await _until_it_breaks(pieces)
    assert 0 < len(begun) + got < MANY * len(AGENT)


async def _until_it_breaks(pieces: AsyncIterator[bytes]) -> int:
    """Read on, and return how much that was when the server broke the answer off."""
    got = 0
    with suppress(httpx.RemoteProtocolError):
        async for piece in pieces:
            got += len(piece)
        raise AssertionError("the file came to its end")
    return got


async def _nothing_is_open(rows: asyncpg.Connection) -> None:
    """Wait until the way to the reader is full and the server reads no further: no transaction may be open then."""
    read = list[str]()
    statements.observers.append(read.append)
    try:
        before = -1
        while before != len(read):
            before = len(read)
            await asyncio.sleep(1)
    finally:
        statements.observers.remove(read.append)
    held = await rows.fetch(
        "SELECT pid FROM pg_locks WHERE relation = 'app.audit_log'::regclass AND mode = 'AccessShareLock'"
    )
    assert held == [], "whoever has read the log in a transaction holds this lock until its end"
