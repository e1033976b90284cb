"""A thousand calls on bad days: over every provider, ending with exactly the rows of a clean run.

    .venv/bin/python bench/chaos.py [calls]

Twice the same calls come in, each caller with a number of its own. The first time everything behaves. The second time
webhooks are doubled, overtake each other and one in ten never comes, one request in twenty is answered with 500, one
provider is down for a while, and the database crashes once. Web server and worker are processes of their own, as in
production; what was lost is found by the jobs that always look for it, run an hour later by their clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server

sys.path.insert(0, str(Path(__file__).resolve().parent))
from ground import environment, free_port, world  # noqa: E402
from inspralv.assembly import dsns_of, open_services  # noqa: E402
from inspralv.conversations.tasks import FIND_OVERDUE, FIND_POLLS, NothingArgs  # noqa: E402
from inspralv.foundation.context import Actor, Context, Origin  # noqa: E402
from inspralv.foundation.db import migrate  # noqa: E402
from inspralv.foundation.db.embedded import EmbeddedServer  # noqa: E402
from inspralv.foundation.db.unit_of_work import Scope  # noqa: E402
from inspralv.foundation.jobs.worker import run_worker  # noqa: E402
from inspralv.foundation.outbound import Outbound  # noqa: E402
from inspralv.providers.base_urls import BaseUrls  # noqa: E402
from inspralv.providers.contract import NumberBinding, NumberRef, RemoteRef  # noqa: E402
from inspralv.providers.registry import build_registry  # noqa: E402
from inspralv.sandbox.app import create_sandbox  # noqa: E402
from inspralv.sandbox.customers import CUSTOMERS  # noqa: E402
from inspralv.sandbox.options import SandboxOptions  # noqa: E402
from inspralv.settings import Settings, load_settings  # noqa: E402
from inspralv.worker import queue_of  # noqa: E402

CALLS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
BAD = {"duplicate": 0.2, "reorder": 0.3, "drop": 0.1, "faults": 0.05, "seed": 7}
ROWS = """
SELECT c.provider, c.contact_number, c.direction, c.status, c.duration_seconds, c.ended_reason, c.summary, c.sentiment,
       c.cost_micros, a.name AS agent, c.agent_version, t.lines IS NOT NULL AS has_transcript, c.recording_error,
       (SELECT string_agg(line ->> 'text', ' | ') FROM jsonb_array_elements(t.lines) AS line) AS said
  FROM app.conversations c JOIN app.ai_agents a ON a.id = c.agent_id
  LEFT JOIN app.conversation_transcripts t ON t.conversation_id = c.id
 ORDER BY c.provider, c.contact_number
"""
FIGURES = "SELECT sum(calls) AS calls, sum(completed) AS completed, sum(seconds) AS seconds, sum(cost_micros) AS cost FROM app.usage_daily"
Row = dict[str, Any]


class Run:
    """One installation, from its first key to its last row."""

    def __init__(self, settings: Settings, environ: dict[str, str], sandbox: str) -> None:
        self.settings, self.environ, self.sandbox = settings, environ, sandbox
        self.providers = list(build_registry(BaseUrls()))
        self.began = time.perf_counter()

    async def play(self, *, bad: bool) -> tuple[list[Row], Row]:
        """Take all calls; return what stands in the tables at the end."""
        with self.process("serve"), self.process("worker"):
            await self.furnish()
            plans = [self.plan(name, bad=bad) for name in self.providers]
            await asyncio.gather(*plans, *([self.crash()] if bad else []))
            self.tell("everybody has called")
            await self.until_quiet()
            self.tell("all is quiet")
        for name in self.providers:
            await self.ask(name, "/_sandbox/mischief", {})
        await self.find_what_was_lost()
        self.tell("what was lost is found")
        return await self.rows()

    def tell(self, what: str) -> None:
        print(f"{time.perf_counter() - self.began:6.1f} s  {what}", file=sys.stderr)

    async def furnish(self) -> None:
        """A key, an agent and a bound number of every provider."""
        agents = {}
        async with self.client() as olga:
            for name in self.providers:
                keys = CUSTOMERS[name].acme.credentials
                config = {k: v for k, v in keys.items() if not k.endswith("_key")}
                sent = {f"default_{k}": v for k, v in keys.items() if k.endswith("_key")}
                body = {"provider": name, "name": name, "config": config, **sent}
                self.accept(await olga.post("/api/partner/integrations", json=body))
                made = self.accept(
                    await olga.post("/api/w/clinic/agents", json={"name": f"Desk {name}", "provider": name})
                )
                agents[name] = made["id"]
            for name, agent_id in agents.items():
                agent = await self.synced(olga, agent_id)
                await self.bind(name, agent)

    async def synced(self, olga: httpx.AsyncClient, agent_id: str) -> Row:
        for _ in range(400):
            agent: Row = self.accept(await olga.get(f"/api/w/clinic/agents/{agent_id}"))
            if agent["sync_status"] == "synced":
                return agent
            await asyncio.sleep(0.05)
        raise AssertionError(agent)

    async def bind(self, name: str, agent: Row) -> None:
        owner = await asyncpg.connect(dsns_of(self.settings).owner)
        state = json.loads(await owner.fetchval("SELECT external_ref FROM app.ai_agents WHERE id = $1", agent["id"]))
        await owner.close()
        provider = build_registry(self.settings.providers.base_urls)[name]
        customer = CUSTOMERS[name].acme
        async with Outbound() as http:
            session = provider.open(msgspec.convert(customer.credentials, provider.credentials), http)
            await session.bind_number(NumberRef(customer.number_id), NumberBinding(inbound=RemoteRef(state["ids"])))

    async def plan(self, name: str, *, bad: bool) -> None:
        """Let everybody call, the provider's own way."""
        count = CALLS // len(self.providers) + (self.providers.index(name) < CALLS % len(self.providers))
        if bad:
            await self.ask(name, "/_sandbox/mischief", BAD)
        for n in range(count):
            body = {"to": CUSTOMERS[name].acme.number, "from": f"+1415556{n:04d}"}
            assert await self.ask(name, "/_sandbox/inbound", body)
            if bad and n == count // 3 and name == self.providers[0]:
                await self.ask(name, "/_sandbox/mischief", {**BAD, "outage": True})
            if bad and n == 2 * count // 3 and name == self.providers[0]:
                await self.ask(name, "/_sandbox/mischief", BAD)
            await asyncio.sleep(0.005)

    async def crash(self) -> None:
        """Kill a backend of the database: all of it recovers as after a fall of power."""
        await asyncio.sleep(2)
        admin = await asyncpg.connect(dsns_of(self.settings).admin)
        os.kill(await admin.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
        with suppress(Exception):
            await admin.close(timeout=1)
        await asyncio.sleep(2)

    async def ask(self, name: str, path: str, body: Row) -> bool:
        async with httpx.AsyncClient(base_url=f"{self.sandbox}/{name}", timeout=30) as client:
            return (await client.post(path, json=body)).is_success

    def client(self) -> httpx.AsyncClient:
        headers = {"host": "acme.localhost", "cookie": f"session={world.OLGA.token}"}
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.settings.web.port}", headers=headers, timeout=30)

    def accept(self, answer: httpx.Response) -> Row:
        assert answer.is_success, answer.text
        return dict(answer.json()["data"])

    async def until_quiet(self) -> None:
        """Wait until the sandbox has delivered everything and no job is due."""
        still = 0
        before = -1
        for _ in range(600):
            delivered = sum([await self.deliveries(name) for name in self.providers])
            waiting = await self.jobs_due()
            still = still + 1 if delivered == before and not waiting else 0
            if still > 6:  # noqa: PLR2004 - three seconds of silence
                return
            before = delivered
            await asyncio.sleep(0.5)
        raise AssertionError("it never came to rest")

    async def deliveries(self, name: str) -> int:
        async with httpx.AsyncClient(base_url=f"{self.sandbox}/{name}", timeout=30) as client:
            return len((await client.get("/_sandbox/deliveries")).json())

    async def jobs_due(self) -> int:
        owner = await asyncpg.connect(dsns_of(self.settings).owner)
        sql = (
            "SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('todo', 'doing')"
            " AND coalesce(scheduled_at, now()) <= now()"
        )
        found = int(await owner.fetchval(sql))
        await owner.close()
        return found

    async def find_what_was_lost(self) -> None:
        """What the schedules do all the time, an hour later."""
        async with open_services(self.settings, listen=False) as services:
            for later in range(1, 13):
                at = datetime.now(UTC) + timedelta(hours=1, minutes=20 * later)
                services.clock = lambda at=at: at
                ctx = Context(services, Scope(world.ACME, wide=True), Actor("system"), Origin())
                for task in (FIND_POLLS, FIND_OVERDUE):
                    ctx.defer(task(NothingArgs()))
                await ctx.commit()
                for _ in range(10):
                    await run_worker(queue_of(self.settings, services), 8, wait=False)
                    if not await self.jobs_due():
                        break
                if await self.unreported() == 0 and len((await self.rows())[0]) == CALLS:
                    return

    async def unreported(self) -> int:
        owner = await asyncpg.connect(dsns_of(self.settings).owner)
        found = int(await owner.fetchval("SELECT count(*) FROM app.conversations WHERE reported_at IS NULL"))
        await owner.close()
        return found

    async def rows(self) -> tuple[list[Row], Row]:
        owner = await asyncpg.connect(dsns_of(self.settings).owner)
        rows = [dict(row) for row in await owner.fetch(ROWS)]
        figures = dict(await owner.fetchrow(FIGURES))
        await owner.close()
        return rows, figures

    @contextmanager
    def process(self, command: str) -> Iterator[None]:
        """A process of the product; started again when it falls, as a supervisor does."""
        started = subprocess.Popen([sys.executable, "-m", "inspralv.cli", command], env=self.environ)  # noqa: S603
        if command == "serve":
            self.wait_for_web()
        try:
            yield
        finally:
            started.terminate()
            started.wait(30)

    def wait_for_web(self) -> None:
        for _ in range(400):
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.settings.web.port}/api/health", timeout=2).is_success:
                    return
            time.sleep(0.05)
        raise AssertionError("the web server did not start")


@asynccontextmanager
async def sandbox() -> AsyncIterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = create_sandbox(SandboxOptions(url, speed=0))
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, websockets=True, log_enabled=False)
    running = asyncio.create_task(server.serve())
    await asyncio.sleep(1)
    yield url
    server.stop()
    with suppress(asyncio.CancelledError):
        await running


async def one_run(*, bad: bool) -> tuple[list[Row], Row, float]:
    with tempfile.TemporaryDirectory(prefix="chaos-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101, S103 - PostgreSQL runs as another user
        with EmbeddedServer.start(Path(folder) / "pg", options={"max_connections": "80"}) as server:
            server.ensure_database("bench")
            async with sandbox() as url:
                own = environment(server.dsn("bench"), folder)
                own |= {"INSPRALV_PROVIDER_URLS": f"*={url}/*", "INSPRALV_LOG_LEVEL": "error"}
                own["INSPRALV_WEBHOOK_BASE_URL"] = f"http://127.0.0.1:{own['INSPRALV_PORT']}"
                settings = load_settings(own)
                await asyncio.to_thread(migrate.upgrade, dsns_of(settings))
                await world.settle(dsns_of(settings).owner)
                began = time.perf_counter()
                rows, figures = await Run(settings, {**os.environ, **own}, url).play(bad=bad)
                return rows, figures, time.perf_counter() - began


def main() -> None:
    clean, figures, took = asyncio.run(one_run(bad=False))
    wild, wild_figures, took_longer = asyncio.run(one_run(bad=True))
    different = [(a, b) for a, b in zip(clean, wild, strict=False) if a != b]
    for a, b in different[:5]:
        print({k: (a[k], b[k]) for k in a if a[k] != b[k]} | {"call": (a["provider"], a["contact_number"])})
    assert len(clean) == len(wild) == CALLS, (len(clean), len(wild))
    assert not different, len(different)
    assert figures == wild_figures, (figures, wild_figures)
    providers = sorted({row["provider"] for row in clean})
    print(
        f"chaos: {CALLS:,} calls over {', '.join(providers)}; the bad run ({BAD}, one provider down for a third of its "
        f"calls, the database crashed once) ended with exactly the {CALLS:,} rows and figures of the clean one; "
        f"{took:.0f} s clean, {took_longer:.0f} s bad"
    )


if __name__ == "__main__":
    main()
