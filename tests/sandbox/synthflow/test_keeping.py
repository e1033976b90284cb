"""What a restart keeps, and what it cuts off."""

from __future__ import annotations

from pathlib import Path

from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.synthflow.accounts import ACME
from inspralv.sandbox.synthflow.play import new_call
from inspralv.sandbox.synthflow.world import World


async def test_a_restart(tmp_path: Path) -> None:
    options = SandboxOptions("http://sandbox", data_file=tmp_path / "kept.json")
    world = World(options)
    made = {"model_id": "m", "type": "outbound", "agent": {}, "_actions": [], "_numbers": []}
    assistant = world.store.add("assistants", ACME, "m", made)
    running = new_call(world, assistant, "outbound", "+14155550101", "+14155550130", {})
    over = new_call(world, assistant, "outbound", "+14155550101", "+14155550130", {"status": "completed"})
    await world.close()
    again = World(options)
    assert again.store.get("assistants", ACME, "m") == assistant
    cut = again.store.get("calls", ACME, running["call_id"])
    assert (cut["status"], cut["end_call_reason"]) == ("failed", "error")
    assert again.store.get("calls", ACME, over["call_id"])["status"] == "completed"
    await again.reset()
    assert again.store.list("calls", ACME) == []
    assert len(again.store.list("numbers", ACME)) == 1
    await again.close()
