"""The chain over the event log: every way of tampering is found, and sealing leaves no gap."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from click.testing import CliRunner
from tests.world import ACME, CLINIC, OLGA, RIVAL

from inspralv.audit.actions import BATCH, seal_entries, verify_chain
from inspralv.audit.policy import START
from inspralv.audit.queries import find_head
from inspralv.audit.schemas import Head, Verdict
from inspralv.audit.tasks import SEAL, SealArgs
from inspralv.cli import main
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.services import Services
from inspralv.settings import Settings
from inspralv.tenancy.events import WorkspaceUpdated


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The database's owner: the only one who could tamper. Every test begins and ends with an empty log."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.execute("DELETE FROM app.audit_chain; DELETE FROM app.audit_heads; DELETE FROM app.audit_log")
    await connection.close()


def _job(services: Services, partner_id: UUID = ACME) -> Job:
    return Job(services, Envelope(partner_id=partner_id, workspace_id=CLINIC, actor=Actor("user", OLGA.id), args={}), 1)


async def _happen(services: Services, number: int, partner_id: UUID = ACME) -> None:
    for i in range(number):
        async with _job(services, partner_id).partner() as ctx:
            ctx.record(
                WorkspaceUpdated(entity_id=CLINIC, old={"name": f"Old {i}"}, new={"name": f"Näme {i}", "x": 1.5})
            )


async def _seal(services: Services, partner_id: UUID = ACME, most: int = BATCH) -> int:
    async with _job(services, partner_id).partner() as ctx:
        return await seal_entries(ctx, most)


async def _verify(services: Services, kept: Head = START, partner_id: UUID = ACME) -> Verdict:
    async with _job(services, partner_id).partner() as ctx:
        return await verify_chain(ctx, kept)


async def _head(services: Services) -> Head:
    async with _job(services).partner() as ctx:
        return await find_head(ctx)


async def test_a_sealed_log_is_in_order(services: Services, owner: asyncpg.Connection) -> None:
    assert (await _verify(services)).ok, "an empty chain is in order"
    await _happen(services, 5)
    assert await _seal(services) == 5
    assert await _seal(services) == 0
    verdict = await _verify(services)
    assert verdict.ok
    assert (verdict.links, verdict.head.seq) == (5, 5)
    hashes = [row["hash"] for row in await owner.fetch("SELECT hash FROM app.audit_chain ORDER BY seq")]
    assert len(set(hashes)) == 5


@pytest.mark.parametrize(
    ("tamper", "kinds"),
    [
        ("UPDATE app.audit_log SET actor_id = NULL WHERE id = $1", {"edited"}),
        ("""UPDATE app.audit_log SET new_values = '{"name": "Other"}' WHERE id = $1""", {"edited"}),
        ("UPDATE app.audit_log SET created_at = created_at + interval '1 microsecond' WHERE id = $1", {"edited"}),
        ("DELETE FROM app.audit_log WHERE id = $1", {"deleted"}),
        ("UPDATE app.audit_chain SET hash = sha256('x') WHERE entry_id = $1", {"edited", "broken"}),
        ("UPDATE app.audit_chain SET prev_hash = sha256('x') WHERE entry_id = $1", {"edited", "broken"}),
        ("DELETE FROM app.audit_chain WHERE entry_id = $1", {"deleted"}),
    ],
)
async def test_tampering_in_the_middle_is_found(
    services: Services, owner: asyncpg.Connection, tamper: str, kinds: set[str]
) -> None:
    await _happen(services, 4)
    await _seal(services)
    entry = await owner.fetchval("SELECT entry_id FROM app.audit_chain WHERE partner_id = $1 AND seq = 2", ACME)
    assert await owner.execute(tamper, entry) in {"UPDATE 1", "DELETE 1"}
    verdict = await _verify(services)
    assert {fault.kind for fault in verdict.faults} == kinds
    assert {fault.seq for fault in verdict.faults} <= {2, 3}


async def test_entries_that_change_places_are_found(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 4)
    await _seal(services)
    await owner.execute("UPDATE app.audit_chain SET seq = 99 WHERE seq = 2")
    await owner.execute("UPDATE app.audit_chain SET seq = 2 WHERE seq = 3")
    await owner.execute("UPDATE app.audit_chain SET seq = 3 WHERE seq = 99")
    faults = (await _verify(services)).faults
    assert {fault.kind for fault in faults} == {"broken"}
    assert {fault.seq for fault in faults} == {2, 3, 4}


async def test_an_entry_put_in_later_is_found(services: Services, owner: asyncpg.Connection) -> None:
    """It says that it happened a week ago, which no link confirms."""
    await _happen(services, 2)
    await _seal(services)
    forged, week = uuid7(datetime.now(UTC) - timedelta(days=7)), datetime.now(UTC) - timedelta(days=7)
    await owner.execute(
        "INSERT INTO app.audit_log (partner_id, id, actor_kind, action, entity_type, entity_id, created_at)"
        " VALUES ($1, $2, 'system', 'workspace.updated', 'workspace', 'x', $3)", ACME, forged, week,
    )  # fmt: skip
    assert await _seal(services) == 0
    [fault] = (await _verify(services)).faults
    assert fault.kind == "added"
    assert str(forged) in fault.detail


async def test_an_entry_carried_into_another_log_is_found_in_both(
    services: Services, owner: asyncpg.Connection
) -> None:
    """With its link or without: where it was, a link or an entry is gone; where it is, it was never sealed as it stands."""
    await _happen(services, 3)
    await _happen(services, 2, RIVAL)
    await _seal(services)
    await _seal(services, RIVAL)
    entry = await owner.fetchval("SELECT entry_id FROM app.audit_chain WHERE partner_id = $1 AND seq = 3", ACME)
    await owner.execute("UPDATE app.audit_log SET partner_id = $2 WHERE id = $1", entry, RIVAL)
    assert [(fault.kind, fault.seq) for fault in (await _verify(services)).faults] == [("deleted", 3)]
    await owner.execute("UPDATE app.audit_chain SET partner_id = $2 WHERE entry_id = $1", entry, RIVAL)
    await owner.execute("UPDATE app.audit_heads SET seq = 3 WHERE partner_id = $1", RIVAL)
    assert [(fault.kind, fault.seq) for fault in (await _verify(services)).faults] == [("cut", 3)]
    there = (await _verify(services, partner_id=RIVAL)).faults
    assert {(fault.kind, fault.seq) for fault in there} == {("broken", 3), ("edited", 3)}


async def test_a_cut_tail_whose_head_was_put_right_shows_against_a_kept_one(
    services: Services, owner: asyncpg.Connection
) -> None:
    await _happen(services, 4)
    await _seal(services)
    kept = await _head(services)
    await owner.execute("DELETE FROM app.audit_log WHERE id IN (SELECT entry_id FROM app.audit_chain WHERE seq > 2)")
    await owner.execute("DELETE FROM app.audit_chain WHERE seq > 2")
    await owner.execute("UPDATE app.audit_heads SET seq = 2, hash = (SELECT hash FROM app.audit_chain WHERE seq = 2)")
    assert (await _verify(services)).ok, "by itself the shorter chain looks right"
    [fault] = (await _verify(services, kept)).faults
    assert (fault.kind, fault.seq) == ("cut", 4)


async def test_a_head_of_another_hash_is_found(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 2)
    await _seal(services)
    await owner.execute("UPDATE app.audit_heads SET hash = sha256('x')")
    assert [(fault.kind, fault.seq) for fault in (await _verify(services)).faults] == [("broken", 2)]


async def test_what_is_not_sealed_yet_is_nobodys_proof(services: Services, owner: asyncpg.Connection) -> None:
    """The limit of the chain: until the next sealing an entry may be changed, dropped or put in, and nothing shows it."""
    await _happen(services, 3)
    await owner.execute("UPDATE app.audit_log SET action = 'workspace.harmless'")
    await owner.execute("DELETE FROM app.audit_log WHERE id = (SELECT id FROM app.audit_log LIMIT 1)")
    await owner.execute(
        "INSERT INTO app.audit_log (partner_id, id, actor_kind, action, entity_type, entity_id, created_at)"
        " VALUES ($1, $2, 'system', 'workspace.updated', 'workspace', 'x', now())", ACME, uuid7(datetime.now(UTC)),
    )  # fmt: skip
    assert await _seal(services) == 3
    assert (await _verify(services)).ok


async def test_a_cut_tail_is_found(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 4)
    await _seal(services)
    await owner.execute("DELETE FROM app.audit_log WHERE id IN (SELECT entry_id FROM app.audit_chain WHERE seq > 2)")
    await owner.execute("DELETE FROM app.audit_chain WHERE seq > 2")
    [fault] = (await _verify(services)).faults
    assert (fault.kind, fault.seq) == ("cut", 3)


async def test_a_removed_head_is_found(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 2)
    await _seal(services)
    await owner.execute("DELETE FROM app.audit_heads")
    assert [fault.kind for fault in (await _verify(services)).faults] == ["cut"]


async def test_a_head_kept_elsewhere_betrays_a_chain_made_anew(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 3)
    await _seal(services)
    kept = await _head(services)
    await owner.execute("DELETE FROM app.audit_chain; DELETE FROM app.audit_heads")
    await owner.execute("UPDATE app.audit_log SET action = 'workspace.harmless'")
    await _seal(services)
    assert (await _verify(services)).ok, "by itself the new chain looks right"
    assert [fault.kind for fault in (await _verify(services, kept)).faults] == ["broken"]
    await owner.execute("DELETE FROM app.audit_chain; DELETE FROM app.audit_heads; DELETE FROM app.audit_log")
    assert [fault.kind for fault in (await _verify(services, kept)).faults] == ["cut"]


async def test_entries_that_commit_late_are_sealed_later(services: Services, owner: asyncpg.Connection) -> None:
    job = _job(services)
    async with job.partner() as slow:
        slow.record(WorkspaceUpdated(entity_id=CLINIC, old={"name": "a"}, new={"name": "late"}))
        await _happen(services, 2)
        assert await _seal(services) == 2
    assert await _seal(services) == 1, "its id is older than those already sealed"
    assert (await _verify(services)).links == 3


async def test_a_long_pause_of_the_sealer_loses_nothing(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 1)
    await _seal(services)
    week = datetime.now(UTC) - timedelta(days=7)
    await owner.execute("UPDATE app.audit_heads SET updated_at = $1", week - timedelta(hours=1))
    await owner.execute(
        "INSERT INTO app.audit_log (partner_id, id, actor_kind, action, entity_type, entity_id, created_at)"
        " VALUES ($1, $2, 'system', 'workspace.updated', 'workspace', 'x', $3)", ACME, uuid7(week), week,
    )  # fmt: skip
    assert await _seal(services) == 1


async def test_sealers_at_once_leave_no_gap(services: Services, owner: asyncpg.Connection) -> None:
    async def seal_all() -> int:
        return sum([await _seal(services, most=7) for _ in range(5)])

    _, *sealed = await asyncio.gather(_happen(services, 40), seal_all(), seal_all())
    rest = 0
    while found := await _seal(services):
        rest += found
    assert sum(sealed) + rest == 40
    seqs = [
        row["seq"]
        for row in await owner.fetch("SELECT seq FROM app.audit_chain WHERE partner_id = $1 ORDER BY seq", ACME)
    ]
    assert seqs == list(range(1, 41))
    assert (await _verify(services)).ok


async def test_partners_have_chains_of_their_own(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 2)
    async with Job(services, Envelope(partner_id=RIVAL, actor=Actor("system"), args={}), 1).partner() as ctx:
        ctx.record(WorkspaceUpdated(entity_id=uuid4(), old={}, new={}))
    assert (await _seal(services), await _seal(services, RIVAL)) == (2, 1)
    assert await owner.fetchval("SELECT seq FROM app.audit_heads WHERE partner_id = $1", RIVAL) == 1


async def test_the_job_seals_batch_after_batch(
    services: Services, owner: asyncpg.Connection, work: Callable[[], Any]
) -> None:
    entries = [(ACME, uuid7(datetime.now(UTC)), datetime.now(UTC)) for _ in range(BATCH + 3)]
    await owner.executemany(
        "INSERT INTO app.audit_log (partner_id, id, actor_kind, action, entity_type, entity_id, created_at)"
        " VALUES ($1, $2, 'system', 'workspace.updated', 'workspace', 'x', $3)", entries,
    )  # fmt: skip
    async with _job(services).partner() as ctx:
        ctx.defer(SEAL(SealArgs()))
    await work()
    assert (await _verify(services)).links == BATCH + 3


async def test_requests_neither_edit_nor_delete_entries(services: Services, owner: asyncpg.Connection) -> None:
    await _happen(services, 1)
    await _seal(services)

    async def attempt(sql: str) -> None:
        ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
        try:
            await ctx.execute(sql)
        finally:
            await ctx.rollback()

    for sql in (
        "UPDATE audit_log SET action = 'x' WHERE partner_id = $partner",
        "DELETE FROM audit_log WHERE partner_id = $partner",
        "UPDATE audit_chain SET seq = 9 WHERE partner_id = $partner",
        "DELETE FROM audit_chain WHERE partner_id = $partner",
        "DELETE FROM audit_heads WHERE partner_id = $partner",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await attempt(sql)


async def test_the_command_tells_and_exits(
    services: Services, owner: asyncpg.Connection, settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPRALV_MODE", "test")
    monkeypatch.setenv("DATABASE_URL", settings.database.url)
    await _happen(services, 2)
    await _seal(services)

    async def run(*words: str) -> tuple[int, str]:
        result = await asyncio.to_thread(CliRunner().invoke, main, ["audit", *words])
        return result.exit_code, result.output

    code, printed = await run("heads")
    assert code == 0
    heads = tmp_path / "heads.jsonl"
    heads.write_text(printed)
    assert f'"partner_id":"{ACME}","seq":2' in printed
    gone = uuid4()
    heads.write_text(f'{printed}{{"partner_id":"{gone}","seq":7,"hash":"00"}}\n')
    code, told = await run("verify", "--heads", str(heads))
    assert code == 0
    assert re.search(rf"{gone}\s+no such partner", told)
    await owner.execute("UPDATE app.audit_log SET ip = '10.0.0.1'")
    code, printed = await run("verify")
    assert code == 1
    assert "edited" in printed
