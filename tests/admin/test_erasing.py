"""Partners that were deleted more than 30 days ago are removed for good, and nobody else."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest
from tests.world import ACME, PLATFORM, RIVAL

from inspralv.admin.tasks import EraseArgs, erase_partners
from inspralv.foundation.context import Actor
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.files.store import FileStore
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.services import Services


async def _run(services: Services, partner_id: UUID) -> None:
    await erase_partners(Job(services, Envelope(partner_id=partner_id, actor=Actor("system"), args={}), 1), EraseArgs())


async def test_what_is_old_enough_is_removed_for_good(services: Services, rows: asyncpg.Connection) -> None:
    files = services.get(FileStore)
    await files.put(f"{RIVAL}/a/recording.wav", b"one")
    await files.put(f"{ACME}/a/recording.wav", b"two")
    await rows.execute("UPDATE app.partners SET deleted_at = now() - interval '29 days' WHERE id = $1", ACME)
    await rows.execute("UPDATE app.partners SET deleted_at = now() - interval '31 days' WHERE id = $1", RIVAL)
    await _run(services, ACME)
    assert await rows.fetchval("SELECT count(*) FROM app.partners WHERE id = $1", RIVAL) == 1, (
        "the platform's work alone"
    )
    await _run(services, PLATFORM)
    for table in ("users", "sessions", "workspaces", "partner_members", "partner_domains", "audit_log"):
        assert await rows.fetchval(f"SELECT count(*) FROM app.{table} WHERE partner_id = $1", RIVAL) == 0, table
    assert await rows.fetchval("SELECT count(*) FROM app.partners WHERE id = $1", RIVAL) == 0
    assert await rows.fetchval("SELECT count(*) FROM app.users WHERE partner_id = $1", ACME) > 0
    assert not await files.exists(f"{RIVAL}/a/recording.wav")
    assert await files.exists(f"{ACME}/a/recording.wav")
    entry = await rows.fetchrow("SELECT * FROM app.audit_log WHERE action = 'partner.erased'")
    assert (entry["partner_id"], entry["entity_id"]) == (PLATFORM, str(RIVAL))


async def test_nobody_can_hurry_it(dsns: Dsns, rows: asyncpg.Connection) -> None:
    user = await asyncpg.connect(dsns.user)
    await rows.execute("UPDATE app.partners SET deleted_at = now() - interval '29 days' WHERE id = $1", ACME)
    try:
        async with user.transaction():
            await user.execute(f"SET LOCAL app.partner_id = '{PLATFORM}'; SET LOCAL app.scope = 'partner'")
            assert await user.fetch("SELECT * FROM app.list_erasable_partners(now() + interval '1 year')") == []
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await user.execute("SELECT app.erase_partner($1)", ACME)
    finally:
        await rows.execute("UPDATE app.partners SET deleted_at = NULL WHERE id = $1", ACME)
        await user.close()
