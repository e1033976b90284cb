"""A sandbox with a data file goes on where it was stopped."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server
from tests.conftest import Sandbox, _until_it_answers
from tests.foundation.outbound.listener import Listener
from tests.ports import free_port
from tests.sandbox.caller import Caller, statuses

from inspralv.sandbox.app import create_sandbox
from inspralv.sandbox.options import SandboxOptions


@asynccontextmanager
async def running(hooks: Listener, data_file: Path | None, speed: float = 0) -> AsyncIterator[Caller]:
    """A sandbox of its own for the length of a block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    app = create_sandbox(SandboxOptions(url, speed=speed, data_file=data_file))
    granian = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, websockets=True, log_enabled=False)
    serving = asyncio.create_task(granian.serve())
    await _until_it_answers(port, serving)
    sandbox = Sandbox(f"{url}/vapi")
    try:
        yield Caller(sandbox, hooks)
    finally:
        await sandbox.api.aclose()
        granian.stop()
        with suppress(asyncio.CancelledError):
            await serving


async def test_everything_outlives_a_restart_and_a_running_call_is_cut_off(hooks: Listener, tmp_path: Path) -> None:
    kept = tmp_path / "deep" / "sandbox.json"
    async with running(hooks, kept) as before:
        assistant = await before.assistant()
        number = await before.ask("POST", "/phone-number", {"provider": "vapi", "name": "Bought"})
        plan = {"type": "bearer", "token": "t"}
        credential = {"provider": "custom-credential", "authenticationPlan": plan}
        made = await before.ask("POST", "/credential", credential)
        ended = await before.dial(assistant)
        report = (await before.report(ended))[-1]
        call = await before.read(ended)
        await before.speed(1)
        unfinished = await before.dial(assistant)
    async with running(hooks, kept) as after:
        assert await after.ask("GET", f"/assistant/{assistant['id']}") == assistant
        assert {one["id"] for one in await after.ask("GET", "/phone-number")} == {
            number["id"],
            after.sandbox.phone_number_id,
        }
        cut_off, kept_call = await after.ask("GET", "/call")
        assert kept_call == call
        assert (cut_off["id"], cut_off["status"], cut_off["endedReason"]) == (
            unfinished["id"],
            "ended",
            "worker-shutdown",
        )
        answer = await after.api.get(f"/call/{call['id']}/mono-recording", follow_redirects=True)
        with wave.open(io.BytesIO(answer.content)) as file:
            assert abs(file.getnframes() / 8000 - report["durationSeconds"]) < 0.001
        server = {"url": f"{hooks.url}/hook", "credentialId": made["id"]}
        await after.report(await after.dial(await after.assistant(server=server)))
        assert after.deliveries()[-1].headers["authorization"] == "Bearer t"


async def test_a_scheduled_call_is_made_after_a_restart(hooks: Listener, tmp_path: Path) -> None:
    kept = tmp_path / "sandbox.json"
    soon = {"earliestAt": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    async with running(hooks, kept, speed=1) as before:
        placed = await before.dial(await before.assistant(), schedulePlan=soon)
    assert before.messages(placed) == []
    async with running(hooks, kept) as after:
        assert statuses(await after.report(placed)) == ["ringing", "in-progress", "ended"]


async def test_without_a_data_file_nothing_is_kept(hooks: Listener) -> None:
    async with running(hooks, None) as before:
        await before.assistant()
    async with running(hooks, None) as after:
        assert await after.ask("GET", "/assistant") == []
