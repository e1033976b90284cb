"""A restore to a point in time brings back the log as it was then, with a chain that still holds."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
from tests import world
from tests.conftest import settings_for
from tests.world import ACME, CLINIC, OLGA

from inspralv.assembly import dsns_of, open_services
from inspralv.audit.actions import seal_entries, verify_chain
from inspralv.audit.schemas import Verdict
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db import migrate
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.foundation.db.postgres_binaries import find_binaries
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.tenancy.events import WorkspaceUpdated

_DATABASE = "inspralv"


async def _happen_and_seal(server: EmbeddedServer, folder: Path, number: int) -> None:
    async with open_services(settings_for(server.dsn(_DATABASE), 0, folder), listen=False) as services:
        ctx = Context(services, Scope(ACME, wide=True), Actor("user", OLGA.id), Origin())
        for i in range(number):
            ctx.record(WorkspaceUpdated(entity_id=CLINIC, workspace_id=CLINIC, new={"name": f"Name {i}"}))
        await ctx.commit()
        await seal_entries(ctx)
        await ctx.commit()


async def _verify(server: EmbeddedServer, folder: Path) -> Verdict:
    async with open_services(settings_for(server.dsn(_DATABASE), 0, folder), listen=False) as services:
        ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
        verdict = await verify_chain(ctx)
        await ctx.commit()
        return verdict


async def _moment(server: EmbeddedServer) -> str:
    """The present moment by the server's clock, with all that happened before it in the archive."""
    connection = await asyncpg.connect(server.dsn(_DATABASE))
    moment: str = await connection.fetchval("SELECT clock_timestamp()::text")
    await connection.execute("SELECT pg_switch_wal()")
    await connection.close()
    return moment


def _copy(server: EmbeddedServer, home: Path) -> None:
    """A base backup, owned by whoever runs the server."""
    socket = parse_qs(urlsplit(server.dsn(_DATABASE)).query)["host"][0]
    program = find_binaries().path("pg_basebackup")
    user = parse_qs(urlsplit(server.dsn(_DATABASE)).query)["user"][0]
    subprocess.run([program, "-D", home / "data", "-h", socket, "-U", user, "-X", "none", "-c", "fast"], check=True)  # noqa: S603
    (home / "data" / "recovery.signal").touch()
    if os.geteuid() == 0:
        owner = Path(socket).owner()
        for path in (home, *home.rglob("*")):
            shutil.chown(path, owner)


async def test_a_restored_log_ends_where_it_ended_then() -> None:
    with tempfile.TemporaryDirectory(prefix="restore-", dir="/tmp") as name:  # noqa: S108 - the socket path must be short
        folder = Path(name)
        folder.chmod(0o755)
        archive = folder / "archive"
        archive.mkdir()
        archive.chmod(0o777)
        keeping = {"archive_mode": "on", "archive_command": f"cp %p {archive}/%f", "fsync": "off"}
        with EmbeddedServer.start(folder / "first", options=keeping) as first:
            first.ensure_database(_DATABASE)
            dsns = dsns_of(settings_for(first.dsn(_DATABASE), 0, folder))
            await asyncio.to_thread(migrate.upgrade, dsns)
            await world.settle(dsns.owner)
            (folder / "second").mkdir()
            await asyncio.to_thread(_copy, first, folder / "second")
            await _happen_and_seal(first, folder, 5)
            then = await _verify(first, folder)
            moment = await _moment(first)
            await asyncio.sleep(0.05)
            await _happen_and_seal(first, folder, 4)
            assert (await _verify(first, folder)).head.seq == then.head.seq + 4
            await _moment(first)
        back = {
            "restore_command": f"cp {archive}/%f %p",
            "recovery_target_time": moment,
            "recovery_target_action": "promote",
            "hot_standby": "off",  # the first answer comes when recovery has ended, not on its way
        }
        with EmbeddedServer.start(folder / "second", options=back) as second:
            restored = await _verify(second, folder)
        assert restored.faults == then.faults == ()
        assert restored.head == then.head
