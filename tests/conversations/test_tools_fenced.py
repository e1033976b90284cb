"""Addresses that lead inside are asked nothing, whoever names them."""

from __future__ import annotations

import pytest
from tests.conversations.conftest import Desk, new_call_id
from tests.conversations.test_tools import asked, function, give, log_of, results
from tests.foundation.outbound.listener import Listener


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_our_own_machines_are_not_asked(desk: Desk, host: str) -> None:
    async with Listener() as inside:
        await give(desk, function(f"http://{host}:{inside.port}/admin"))
        (result,) = await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {"day": "1"})))
        assert "may not be asked" in result["error"]
        assert inside.received == []
    assert (await log_of(desk))[0]["status"] == "failed"


async def test_after_call_messages_do_not_go_inside(desk: Desk) -> None:
    async with Listener() as inside:
        await desk.rows.execute(
            "UPDATE app.ai_agents SET config = config || jsonb_build_object('crm_webhook_url', $2::text) WHERE id = $1",
            desk.agent["id"], f"http://127.0.0.1:{inside.port}/crm",
        )  # fmt: skip
        await desk.deliver(desk.message("end-of-call-report", new_call_id()))
        assert inside.received == []
    entry = (await log_of(desk, kind="after_call"))[0]
    assert (entry["status"], entry["attempted"]) == ("failed", 1)
    assert "public internet" in entry["error"]
