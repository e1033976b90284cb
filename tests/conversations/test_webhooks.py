"""Deliveries of a provider: who may, what is kept, what is answered."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import msgspec
import pytest
from tests.conversations.conftest import Desk, new_call_id
from tests.world import CLINIC, OLGA, STAN


async def kept(desk: Desk) -> int:
    return int(await desk.rows.fetchval("SELECT count(*) FROM app.provider_inbox"))


async def test_a_signed_delivery_is_kept_and_answered(desk: Desk) -> None:
    call_id = new_call_id()
    body = msgspec.json.encode(desk.message("status-update.ringing", call_id))
    answer = await desk.send(body)
    assert (answer.status_code, answer.content) == (200, b"{}")
    row = await desk.rows.fetchrow(
        "SELECT * FROM app.provider_inbox WHERE event_key = $1", f"status-update:{call_id}:ringing"
    )
    assert row is not None
    assert (row["body"], row["status"], row["workspace_id"]) == (body, "pending", CLINIC)
    await desk.work()
    assert await desk.rows.fetchval("SELECT status FROM app.provider_inbox WHERE id = $1", row["id"]) == "done"
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    assert conversation["status"] == "ringing"


async def test_the_vendors_signature_counts_as_well(desk: Desk) -> None:
    body = msgspec.json.encode(desk.message("status-update.ringing", new_call_id()))
    path, client = desk.hook_path, desk.provider

    def signed(stamp: int, raw: bytes = body) -> dict[str, str]:
        text = f"{stamp}.".encode() + raw
        signature = hmac.new(desk.connection.hook_secret.encode(), text, hashlib.sha256).hexdigest()
        return {"x-timestamp": str(stamp), "x-signature": signature}

    now, before = int(time.time()), await kept(desk)
    for headers in (signed(now - 3600), signed(now, body + b" "), signed(now) | {"x-timestamp": str(now - 1)}):
        assert (await client.post(path, content=body, headers=headers)).status_code == 401
    assert await kept(desk) == before
    assert (await client.post(path, content=body, headers=signed(now))).status_code == 200
    assert await kept(desk) == before + 1


@pytest.mark.parametrize(
    "headers", [{}, {"x-vapi-secret": "wrong"}, {"x-vapi-secret": ""}, {"authorization": "Bearer wrong"}]
)
async def test_without_the_right_secret_nothing_is_kept(desk: Desk, headers: dict[str, str]) -> None:
    before = await kept(desk)
    body = msgspec.json.encode(desk.message("end-of-call-report", new_call_id()))
    answer = await desk.provider.post(desk.hook_path, content=body, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert await kept(desk) == before


async def test_an_unknown_address_is_not_found(desk: Desk) -> None:
    body = desk.message("status-update.ringing", new_call_id())
    for path in (f"{desk.hook_path}x", "/api/webhooks/vapi/x", desk.hook_path.replace("/vapi/", "/retell/")):
        assert (await desk.send(body, path=path)).status_code == 404


async def test_a_body_that_cannot_be_read_is_refused_after_the_signature(desk: Desk) -> None:
    before = await kept(desk)
    for body in (b"", b"no json", b"[]", b'{"message":{}}', b"\xff"):
        answer = await desk.send(body)
        assert answer.status_code == 400
        assert answer.json()["errors"]
        assert (await desk.send(body, secret="wrong")).status_code == 401
    assert await kept(desk) == before


async def test_a_body_beyond_the_limit_is_refused(desk: Desk) -> None:
    answer = await desk.send(b" " * 2_000_001)
    assert answer.status_code == 413
    big = desk.message("end-of-call-report", new_call_id(), summary="x" * 1_500_000)
    await desk.deliver(big)


async def test_the_same_delivery_again_is_answered_and_changes_nothing(desk: Desk) -> None:
    call_id = new_call_id()
    report = desk.message("end-of-call-report", call_id)
    before, usage = await kept(desk), await desk.usage()
    for _ in range(3):
        await desk.deliver(report)
    assert await kept(desk) == before + 1
    counted = await desk.usage()
    assert counted["calls"] == usage.get("calls", 0) + 1
    assert counted["cost_micros"] == usage.get("cost_micros", 0) + 78_900
    events = await desk.rows.fetchval(
        "SELECT count(*) FROM app.conversation_events e JOIN app.conversations c ON c.id = e.conversation_id"
        " WHERE c.provider_call_id = $1", call_id,
    )  # fmt: skip
    assert events == 1


async def test_what_is_of_no_use_is_kept_without_a_job(desk: Desk) -> None:
    for name in ("hang", "transcript.partial", "conversation-update"):
        assert (await desk.send(desk.message(name, new_call_id()))).status_code == 200
    rows = await desk.rows.fetch(
        "SELECT status, note FROM app.provider_inbox WHERE event_key ~ '^(hang|transcript|conv)'"
    )
    assert [(row["status"], bool(row["note"])) for row in rows] == [("ignored", True)] * 3


@pytest.mark.parametrize("name", ["tool-calls", "tool-calls.documented-variant"])
async def test_a_tool_call_is_told_that_there_is_no_tool(desk: Desk, name: str) -> None:
    body = desk.message(name, new_call_id())
    answer = await desk.send(body)
    assert answer.status_code == 200
    results: list[dict[str, Any]] = answer.json()["results"]
    assert results
    assert all(result["toolCallId"] and result["error"] == "tool not available" for result in results)


async def test_an_agent_of_another_workspace_is_ignored(desk: Desk) -> None:
    foreign = str(await desk.rows.fetchval("SELECT gen_random_uuid()"))
    await desk.rows.execute(
        "INSERT INTO app.ai_agents (partner_id, workspace_id, id, name, provider, voice_provider, model_provider,"
        " transcriber_provider, external_agent_id, created_at, updated_at)"
        " SELECT partner_id, id, gen_random_uuid(), 'Foreign', 'vapi', 'elevenlabs', 'openai', 'deepgram', $1,"
        " now(), now()"
        " FROM app.workspaces WHERE slug = 'bakery'", foreign,
    )  # fmt: skip
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id, call={"assistantId": foreign}))
    row = await desk.rows.fetchrow(
        "SELECT status, note FROM app.provider_inbox WHERE event_key = $1", f"end-of-call-report:{call_id}"
    )
    assert row is not None
    assert row["status"] == "ignored"
    assert foreign in row["note"]
    assert await desk.conversation(call_id) is None
    assert not await desk.rows.fetchval(
        "SELECT count(*) FROM app.conversation_keys WHERE provider_call_id = $1", call_id
    )


async def test_a_call_of_another_workspace_cannot_be_taken_over(desk: Desk) -> None:
    call_id = new_call_id()
    await desk.rows.execute(
        "INSERT INTO app.conversation_keys (partner_id, workspace_id, provider, provider_call_id, conversation_id)"
        " SELECT partner_id, id, 'vapi', $1, gen_random_uuid() FROM app.workspaces WHERE slug = 'bakery'", call_id,
    )  # fmt: skip
    await desk.deliver(desk.message("end-of-call-report", call_id))
    row = await desk.rows.fetchrow(
        "SELECT status, note FROM app.provider_inbox WHERE event_key = $1", f"end-of-call-report:{call_id}"
    )
    assert row is not None
    assert (row["status"], row["note"]) == ("ignored", "this call belongs to another workspace")
    assert await desk.conversation(call_id) is None


async def test_an_address_ends_with_its_assignment(desk: Desk) -> None:
    """Last in this file: the clinic has no key afterwards."""
    path = f"/api/partner/workspaces/{CLINIC}/integrations/vapi"
    assert (await desk.site.as_(STAN).delete(path)).status_code in {403, 404}
    gone = await desk.site.as_(OLGA).delete(path)
    assert gone.status_code == 200, gone.text
    before = await kept(desk)
    assert (await desk.send(desk.message("status-update.ringing", new_call_id()))).status_code == 404
    assert await kept(desk) == before
