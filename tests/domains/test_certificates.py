"""Who gets a certificate: the proxy's question, and the real Caddy with its own authority against the application."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from tests.conftest import Site
from tests.domains.conftest import HOST
from tests.ports import free_port
from tests.world import ACME, RIVAL

ENVIRON = {"INSPRALV_TRUSTED_PROXIES": "127.0.0.1/32"}
ASK = "/api/internal/tls-check"
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def proved(rows: asyncpg.Connection) -> str:
    """A domain that is proved, one that waits and one that lapsed."""
    now = datetime.now(UTC)
    for host, verified, lapsed in ((HOST, now, None), (f"waits.{HOST}", None, None), (f"lapsed.{HOST}", None, now)):
        await rows.execute(
            "INSERT INTO app.partner_domains (hostname, partner_id, verification_token, verified_at, lapsed_at, created_at)"
            " VALUES ($1, $2, 't', $3, $4, $5)",
            host, ACME, verified, lapsed, now,
        )  # fmt: skip
    return HOST


async def test_only_names_that_lead_somewhere_get_one(site: Site, proved: str, rows: asyncpg.Connection) -> None:
    client = site.at("localhost")
    for name, status in [
        (proved, 200), (proved.upper(), 200), ("acme.localhost", 200), ("localhost", 200), (f"waits.{proved}", 404),
        (f"lapsed.{proved}", 404), ("nobody.example", 404), ("", 404), (f"sub.{proved}", 404), ("' OR 1=1 --", 404),
    ]:  # fmt: skip
        assert (await client.get(ASK, params={"domain": name})).status_code == status, name
    assert (await client.get(ASK)).status_code == 404
    state = "SELECT state FROM app.partner_domains WHERE hostname = $1"
    assert await rows.fetchval(state, proved) == "certificate"
    await rows.execute(
        "UPDATE app.partner_domains SET verified_at = NULL, lapsed_at = now() WHERE hostname = $1", proved
    )
    assert (await client.get(ASK, params={"domain": proved})).status_code == 404


async def test_a_deleted_partner_s_names_get_none(site: Site, rows: asyncpg.Connection) -> None:
    client = site.at("localhost")
    await rows.execute("UPDATE app.partners SET deleted_at = now() WHERE id = $1", RIVAL)
    assert (await client.get(ASK, params={"domain": "rival.localhost"})).status_code == 404
    await rows.execute("UPDATE app.partners SET deleted_at = NULL WHERE id = $1", RIVAL)


async def test_nobody_asks_through_the_proxy(site: Site, proved: str) -> None:
    for header in ("x-forwarded-for", "x-forwarded-host"):
        answer = await site.at("localhost", headers={header: "203.0.113.7"}).get(ASK, params={"domain": proved})
        assert answer.status_code == 404


async def test_the_question_costs_one_indexed_statement(rows: asyncpg.Connection, proved: str) -> None:
    from inspralv.tenancy.directory import _MAY_HAVE_CERTIFICATE

    await rows.execute("SET enable_seqscan = off")
    plan = "\n".join(
        row[0] for row in await rows.fetch(f"EXPLAIN {_MAY_HAVE_CERTIFICATE}".replace("$1", f"'{proved}'"))
    )
    assert "partner_domains_pkey" in plan
    assert "Seq Scan" not in plan


class Caddy:
    """The real Caddy with the product's own Caddyfile and an authority of its own."""

    def __init__(self, port: int, authority: Path) -> None:
        self.port = port
        self.authority = authority

    async def get(self, host: str, path: str, headers: str = "") -> str:
        """The answer to a GET over TLS that trusts this authority alone."""
        context = ssl.create_default_context(cafile=str(self.authority))
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=context, server_hostname=host)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        return answer


@pytest.fixture(scope="module")
async def caddy(site: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caddy]:
    program = shutil.which("caddy")
    assert program, "This test runs the real Caddy: apt-get install caddy (or put a caddy on the PATH)."
    home, port = tmp_path_factory.mktemp("caddy"), free_port()
    process = await asyncio.create_subprocess_exec(
        program, "run", "--config", str(ROOT / "deploy" / "Caddyfile"), "--adapter", "caddyfile",
        env={
            "PATH": os.environ["PATH"], "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home),
            "INSPRALV_UPSTREAM": f"127.0.0.1:{site.port}", "INSPRALV_TLS_ISSUER": "internal", "INSPRALV_CADDY_ADMIN": "off",
            "INSPRALV_HTTP_PORT": str(free_port()), "INSPRALV_HTTPS_PORT": str(port),
        },
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    running = Caddy(port, home / "caddy" / "pki" / "authorities" / "local" / "root.crt")
    try:
        for _ in range(400):
            assert process.returncode is None, f"caddy ended with {process.returncode}"
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                if running.authority.exists():
                    break
            await asyncio.sleep(0.05)
        yield running
    finally:
        process.terminate()
        await process.wait()


async def test_caddy_gets_one_for_a_proved_domain(caddy: Caddy, proved: str, rows: asyncpg.Connection) -> None:
    answer = await caddy.get(
        proved, "/api/partner", "X-Forwarded-Host: rival.localhost\r\nX-Forwarded-For: 9.9.9.9\r\n"
    )
    assert answer.startswith("HTTP/1.1 200")
    assert '"slug":"acme"' in answer.replace(" ", "")
    assert await rows.fetchval("SELECT state FROM app.partner_domains WHERE hostname = $1", proved) == "active"


async def test_caddy_gets_none_for_any_other_name(caddy: Caddy, proved: str) -> None:
    for name in (f"waits.{proved}", f"lapsed.{proved}", "nobody.example", "evil.localhost"):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await caddy.get(name, "/")


async def test_caddy_passes_the_question_on_for_nobody(caddy: Caddy, proved: str) -> None:
    assert (await caddy.get(proved, f"{ASK}?domain={proved}")).startswith("HTTP/1.1 404")
