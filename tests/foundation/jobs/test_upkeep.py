"""Upkeep: partitions are there before their month begins, and old attempts are forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.ids import uuid7_floor
from inspralv.foundation.jobs.upkeep import keep_house
from inspralv.foundation.services import Services

_NAMES = "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relnamespace = 'app'::regnamespace"


async def test_partitions_are_made_three_months_ahead(
    services: Services, dsns: Dsns, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = datetime(2031, 11, 15, tzinfo=UTC)
    monkeypatch.setattr(services, "clock", lambda: later)
    owner = await asyncpg.connect(dsns.owner)
    before = {row["relname"] for row in await owner.fetch(_NAMES)}
    await asyncio.gather(keep_house(services), keep_house(services))
    made = {row["relname"] for row in await owner.fetch(_NAMES)} - before
    assert made == {
        f"{table}_{month}"
        for table in ("audit_log", "conversations", "conversation_events", "conversation_transcripts")
        for month in ("2031_11", "2031_12", "2032_01", "2032_02")
    }
    await owner.execute(
        "INSERT INTO app.audit_log (partner_id, id, actor_kind, action, entity_type, entity_id, created_at)"
        " SELECT id, $1, 'system', 'x', 'x', 'x', now() FROM app.partners LIMIT 1",
        uuid7_floor(later + timedelta(days=92)),
    )
    await owner.close()


async def test_old_attempts_are_forgotten(services: Services, dsns: Dsns) -> None:
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute(
        "INSERT INTO app.rate_limits VALUES ('a', 'old', now() - interval '25 hours', 3), ('a', 'new', now(), 3)"
    )
    await keep_house(services)
    assert [row["subject"] for row in await owner.fetch("SELECT subject FROM app.rate_limits WHERE bucket = 'a'")] == [
        "new"
    ]
    await owner.close()
