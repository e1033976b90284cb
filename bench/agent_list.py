"""The agent list, as JSON and as a page, against a bare application with the same SQL on the same driver.

    .venv/bin/python bench/agent_list.py

Server CPU time per request of both, in turn, on one pinned core; the ratio of the medians is the figure.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from datetime import UTC, datetime

import asyncpg

from ground import cpu_seconds, free_port, ground, load, served, world
from inspralv.assembly import dsns_of
from inspralv.foundation.ids import uuid7

ROUNDS, REQUESTS, AGENTS = 7, 1200, 20
LIMITS = {"json": 1.6, "html": 2.0}


async def add_agents(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    now = datetime.now(UTC)
    config = '{"system_prompt": "' + "Answer briefly. " * 20 + '", "first_message": "Hello!", "language": "en-US"}'
    for n in range(AGENTS):
        await connection.execute(
            "INSERT INTO app.ai_agents (partner_id, workspace_id, id, name, description, provider, voice_provider, model_provider,"
            " transcriber_provider, config, created_at, updated_at) VALUES ($1, $2, $3, $4, 'Answers calls', 'vapi', '11labs', 'openai',"
            " 'deepgram', $5, $6, $6)", world.ACME, world.CLINIC, uuid7(now), f"Agent {n}", config, now,
        )  # fmt: skip
    await connection.close()


def measure(pid: int, port: int, path: str) -> tuple[float, float]:
    """CPU milliseconds per request, and requests per second."""
    headers = {"host": "acme.localhost", "cookie": f"session={world.MIA.token}"}
    before = cpu_seconds(pid)
    seconds = asyncio.run(load(port, path, headers, REQUESTS))
    return (cpu_seconds(pid) - before) / REQUESTS * 1000, REQUESTS / seconds


def main() -> None:
    with ground() as settings, tempfile.TemporaryDirectory() as folder:
        asyncio.run(add_agents(dsns_of(settings).owner))
        ports = {"ours": free_port(), "bare": free_port()}
        shared = {
            "INSPRALV_MODE": "test", "DATABASE_URL": settings.database.url, "INSPRALV_DATA_DIR": folder, "INSPRALV_LOG_LEVEL": "error",
            "INSPRALV_DB_POOL_SIZE": "8", "BENCH_TOKEN": world.MIA.token, "BENCH_PARTNER": str(world.ACME),
        }  # fmt: skip
        os.sched_setaffinity(0, {1})  # the load and the database share the other core
        with (
            served(
                "inspralv.asgi:create_app", ports["ours"], {**shared, "INSPRALV_PORT": str(ports["ours"])}, 0
            ) as ours,
            served("bare_agents:create", ports["bare"], {**shared, "INSPRALV_PORT": str(ports["bare"])}, 0) as bare,
        ):
            for kind, path in (("json", "/api/w/clinic/agents?pageSize=20"), ("html", "/w/clinic/agents")):
                compare(kind, (ours, ports["ours"], path), (bare, ports["bare"], f"/{kind}"))


def compare(kind: str, ours: tuple[int, int, str], bare: tuple[int, int, str]) -> None:
    for side in (ours, bare):
        measure(*side)  # warm-up
    rounds = [(measure(*ours), measure(*bare)) for _ in range(ROUNDS)]
    mine, theirs = (statistics.median(r[side][0] for r in rounds) for side in (0, 1))
    rates = [statistics.median(r[side][1] for r in rounds) for side in (0, 1)]
    ratio = statistics.median(r[0][0] / r[1][0] for r in rounds)
    print(
        f"{kind}: {mine:.3f} ms CPU a request against {theirs:.3f} ms bare; ratio {ratio:.2f} (at most {LIMITS[kind]}); "
        f"{rates[0]:.0f}/s against {rates[1]:.0f}/s"
    )


if __name__ == "__main__":
    main()
