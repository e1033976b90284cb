"""Row security behind a transaction pooler with two server connections: a setting that outlived its transaction would
show one tenant's rows to the next client."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from tests.ports import free_port
from tests.world import ACME, BAKERY, CLINIC, RIVAL, RIVAL_SHOP

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope

CLIENTS, TURNS = 12, 25
SEEN = {
    Scope(ACME, CLINIC): {CLINIC},
    Scope(ACME, BAKERY): {BAKERY},
    Scope(RIVAL, RIVAL_SHOP): {RIVAL_SHOP},
    Scope(ACME, wide=True): {CLINIC, BAKERY},
    Scope(ACME): set(),
}


@pytest.fixture(scope="module")
def pooler(dsns: Dsns) -> Iterator[str]:
    """PgBouncer in transaction mode before the module's database; yields the address for app_user."""
    parts = urlsplit(dsns.user)
    socket, database = parse_qs(parts.query)["host"][0], parts.path.removeprefix("/")
    with tempfile.TemporaryDirectory(prefix="pooler-", dir="/tmp") as folder:  # noqa: S108 - a short path that all may enter
        Path(folder).chmod(0o777)
        port = free_port()
        (Path(folder) / "users.txt").write_text('"app_user" ""\n')
        (Path(folder) / "pooler.ini").write_text(
            f"[databases]\n{database} = host={socket} dbname={database}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {folder}/users.txt\n"
            "pool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n"
        )
        user = ["-u", Path(socket).owner()] if os.geteuid() == 0 else []  # it refuses to run as root
        process = subprocess.Popen(  # noqa: S603 - our own words
            [_pgbouncer(), "-q", *user, f"{folder}/pooler.ini"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        yield f"postgresql://app_user@127.0.0.1:{port}/{database}"
        process.terminate()
        process.wait(10)
        assert process.stderr is not None
        process.stderr.close()


def _pgbouncer() -> str:
    """Find PgBouncer, or install it where that is allowed."""
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for words in (["update", "-qq"], ["install", "-y", "-qq", "pgbouncer"]):
            subprocess.run(["/usr/bin/apt-get", *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own words
        found = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")
    if found is None:
        pytest.fail("PgBouncer is missing: install the package pgbouncer")
    return found


async def test_no_tenant_leaks_through_the_pooler(pooler: str) -> None:
    """Many clients with different tenants share two connections; some break off in the middle, some fail."""
    await _until_it_answers(pooler)
    scopes = list(SEEN)

    async def client(n: int) -> None:
        connection = await asyncpg.connect(pooler, statement_cache_size=0)
        for turn in range(TURNS):
            scope = scopes[(n + turn) % len(scopes)]
            await connection.execute(scope.begin())
            rows = await connection.fetch("SELECT id FROM app.workspaces")
            assert {row["id"] for row in rows} == SEEN[scope], scope
            if turn % 5 == 3:
                with suppress(asyncpg.PostgresError):
                    await connection.execute("SELECT 1 / 0")
                await connection.execute("ROLLBACK")
            else:
                await connection.execute("COMMIT")
            assert await connection.fetch("SELECT id FROM app.workspaces") == [], "a setting outlived its transaction"
        if n % 3 == 0:
            await connection.execute(Scope(ACME, wide=True).begin())
            connection.terminate()
        else:
            await connection.close()

    await asyncio.gather(*(client(n) for n in range(CLIENTS)))


async def _until_it_answers(address: str) -> None:
    for _ in range(100):
        with suppress(OSError, asyncpg.PostgresError):
            connection = await asyncpg.connect(address, statement_cache_size=0)
            await connection.close()
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the pooler does not answer")
