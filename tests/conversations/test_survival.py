"""A server that is killed while deliveries arrive: what was acknowledged is kept, once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress

import httpx
import msgspec
from tests.conversations.conftest import Desk, new_call_id
from tests.ports import free_port

KILLS = 3
SENDERS = 8


async def serve_apart(desk: Desk, port: int) -> Process:
    """The product's own server command, as a process group of its own."""
    settings = desk.site.settings
    environ = os.environ | {
        "INSPRALV_MODE": "test", "DATABASE_URL": settings.database.url, "INSPRALV_PORT": str(port),
        "INSPRALV_DATA_DIR": str(settings.data_dir), "INSPRALV_LOG_LEVEL": "error",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "inspralv.cli",
        "serve",
        env=environ,
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,
    )
    for _ in range(400):
        assert process.returncode is None, "the server did not start"
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return process
        await asyncio.sleep(0.05)
    raise AssertionError("the server did not answer")


async def test_what_was_acknowledged_survives_a_kill(desk: Desk) -> None:
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        port = free_port()
        process = await serve_apart(desk, port)
        enough = asyncio.Event()
        senders = [
            asyncio.create_task(send(desk, port, acknowledged, len(acknowledged) + 60, enough)) for _ in range(SENDERS)
        ]
        await asyncio.wait_for(enough.wait(), 60)
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await asyncio.gather(*senders)
    kept = [row[0] for row in await desk.rows.fetch("SELECT event_key FROM app.provider_inbox")]
    assert len(acknowledged) >= KILLS * 60
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept))
    await desk.work()
    assert await desk.rows.fetchval("SELECT count(*) FROM app.provider_inbox WHERE status <> 'done'") == 0
    assert (await desk.usage())["calls"] == len(kept)
    assert await desk.rows.fetchval("SELECT count(*) FROM app.conversations") == len(kept)


async def send(desk: Desk, port: int, acknowledged: set[str], wanted: int, enough: asyncio.Event) -> None:
    """Deliver until the server is gone; note what it acknowledged."""
    headers = {"content-type": "application/json", "x-vapi-secret": desk.connection.hook_secret}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=20) as client:
        while True:
            call_id = new_call_id()
            body = msgspec.json.encode(desk.message("end-of-call-report", call_id, artifact={}))
            try:
                answer = await client.post(desk.hook_path, content=body)
            except httpx.HTTPError:
                return
            assert answer.status_code == 200
            acknowledged.add(f"end-of-call-report:{call_id}")
            if len(acknowledged) >= wanted:
                enough.set()
