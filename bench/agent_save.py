"""Saving an agent while its provider answers quickly, slowly, or takes ten seconds: the save waits for its own
transaction only.

    .venv/bin/python bench/agent_save.py

The whole product runs: server, worker and the provider sandbox, each in a process of its own. Every save defers a push to
the provider; what is measured is the time to the save's answer. The figure is the ratio of the 99th percentiles within one
run.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from ground import free_port, ground, world

SAVES, AGENTS, ROUNDS = 400, 4, 3
DELAYS = (0.01, 10.0)
LIMIT = 1.5
HOST = world.OLGA.host


@contextmanager
def product(environ: dict[str, str]) -> Iterator[None]:
    """Server, worker and sandbox, until the end of the block."""
    running = []
    for command in ("serve", "worker", "sandbox"):
        line = [sys.executable, "-m", "inspralv.cli", command]
        running.append(subprocess.Popen(line, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))  # noqa: S603 - our own words
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


async def ready(url: str, **headers: str) -> None:
    async with httpx.AsyncClient(headers=headers) as client:
        for _ in range(400):
            try:
                await client.get(url)
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
            else:
                return
    raise AssertionError(f"{url} does not answer")


class Desk:
    """Agents that are at their provider, ready to be saved."""

    def __init__(self, port: int, sandbox: str) -> None:
        headers = {"host": f"{HOST}:{port}", "cookie": f"session={world.OLGA.token}"}
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60)
        self.sandbox = httpx.AsyncClient(base_url=sandbox, timeout=60)
        self.agents: list[str] = []

    async def furnish(self) -> None:
        from inspralv.sandbox.options import ACME

        key = {"provider": "vapi", "name": "Bench", "default_secret_key": ACME.private_key}
        (await self.client.post("/api/partner/integrations", json=key)).raise_for_status()
        for n in range(AGENTS):
            made = await self.client.post("/api/w/clinic/agents", json={"name": f"Agent {n}", "provider": "vapi"})
            self.agents.append(made.raise_for_status().json()["data"]["id"])
        await self.settle()

    async def settle(self) -> None:
        """Wait until the provider has everything."""
        for _ in range(1200):
            listed = (await self.client.get("/api/w/clinic/agents")).json()["data"]["data"]
            if all(agent["sync_status"] == "synced" for agent in listed):
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the agents did not reach the provider")

    async def slow(self, seconds: float) -> None:
        (await self.sandbox.post("/_sandbox/mischief", json={"slow_seconds": seconds})).raise_for_status()

    async def save(self, count: int) -> list[float]:
        """Save one agent after the other; return how long each took, in seconds."""
        took = []
        for n in range(count):
            agent = self.agents[n % len(self.agents)]
            body = {"config": {"system_prompt": f"Answer briefly. Version {time.time_ns()}."}}
            began = time.perf_counter()
            (await self.client.patch(f"/api/w/clinic/agents/{agent}", json=body)).raise_for_status()
            took.append(time.perf_counter() - began)
        return took


async def measure(port: int, sandbox: str) -> None:
    await ready(f"http://127.0.0.1:{port}/api/health", host=HOST)
    await ready(f"{sandbox}/_sandbox/requests")
    desk = Desk(port, sandbox)
    await desk.furnish()
    await desk.save(50)  # warm-up
    took: dict[float, list[float]] = {delay: [] for delay in DELAYS}
    for _ in range(ROUNDS):
        for delay in DELAYS:
            await desk.slow(delay)
            took[delay] += await desk.save(SAVES)
            await desk.slow(0)
            await desk.settle()
    figures = {delay: statistics.quantiles(times, n=100) for delay, times in took.items()}
    for delay, quantiles in figures.items():
        print(f"provider takes {delay:g} s: median {quantiles[49] * 1000:.1f} ms, p99 {quantiles[98] * 1000:.1f} ms")
    quick, slow = (figures[delay][98] for delay in DELAYS)
    print(f"{SAVES * ROUNDS} saves each; ratio of p99 {slow / quick:.2f} (at most {LIMIT})")
    await desk.client.aclose()
    await desk.sandbox.aclose()


def main() -> None:
    with ground() as settings:
        port, sandbox_port = settings.web.port, free_port()
        environ = os.environ | {
            "INSPRALV_MODE": "test", "DATABASE_URL": settings.database.url, "INSPRALV_PORT": str(port),
            "INSPRALV_DATA_DIR": str(settings.data_dir), "INSPRALV_LOG_LEVEL": "error",
            "INSPRALV_SANDBOX_PORT": str(sandbox_port), "PYTHONPATH": str(Path(__file__).resolve().parent.parent / "src"),
        }  # fmt: skip
        with product(environ):
            asyncio.run(measure(port, f"http://127.0.0.1:{sandbox_port}/vapi"))


if __name__ == "__main__":
    main()
