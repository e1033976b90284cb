"""A provider that only says that something happened to a call: it is asked, and nothing else is believed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import websockets
from tests.conftest import SANDBOX_URL, Sandbox, Site
from tests.conversations.conftest import API, Desk, Work, run_job
from tests.providers.synthflow.examples import example
from tests.world import ACME, CLINIC, MIA, OLGA

from inspralv.conversations.jobs import CallArgs
from inspralv.conversations.tasks import check_call
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services
from inspralv.integrations.connections import find_connection
from inspralv.sandbox.synthflow.accounts import ACME as ACCOUNT
from inspralv.sandbox.synthflow.delivery import signature_of

URL = f"{SANDBOX_URL}/synthflow"
CALLER = "+14155550101"


@pytest.fixture(scope="module")
async def vendor(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The emulated vendor with the account's key. Its own deliveries all get lost: the tests deliver themselves."""
    assert sandbox
    headers = {"authorization": f"Bearer {ACCOUNT.api_key}"}
    async with httpx.AsyncClient(base_url=URL, headers=headers, timeout=20) as client:
        await client.post("/_sandbox/reset")
        await client.post("/_sandbox/mischief", json={"drop": 1})
        yield client
        await client.post("/_sandbox/reset")


@pytest.fixture(scope="module")
async def desk(site: Site, work: Work, services: Services, rows: asyncpg.Connection, vendor: httpx.AsyncClient) -> Desk:
    """The clinic's agent at a provider without any webhook before the end."""
    assert vendor
    key = {
        "provider": "synthflow", "name": "Main", "default_secret_key": ACCOUNT.api_key,
        "default_webhook_key": ACCOUNT.webhook_key, "config": {"account_id": ACCOUNT.id},
    }  # fmt: skip
    added = await site.as_(OLGA).post("/api/partner/integrations", json=key)
    assert added.status_code == 201, added.text
    made = await site.as_(MIA).post(f"{API}/agents", json={"name": "Front desk", "provider": "synthflow"})
    assert made.status_code == 201, made.text
    await work()
    agent = (await site.as_(MIA).get(f"{API}/agents/{made.json()['data']['id']}")).json()["data"]
    assert agent["sync_status"] == "synced", agent
    wide = Context(services, Scope(ACME, CLINIC, wide=True), Actor("system"), Origin())
    connection = await find_connection(wide, CLINIC, "synthflow")
    await wide.commit()
    assert connection is not None
    return Desk(site, work, services, rows, agent, connection)


async def remote_ids(desk: Desk) -> dict[str, str]:
    found = await desk.rows.fetchval(
        "SELECT external_ref ->> 'ids' FROM app.ai_agents WHERE id = $1", UUID(desk.agent["id"])
    )
    return dict(json.loads(found))


async def called(vendor: httpx.AsyncClient, model_id: str) -> str:
    """Somebody has called an assistant; the vendor's id of the call, which is over."""
    number = ACCOUNT.phone_number
    (await vendor.put(f"/v2/assistants/{model_id}", json={"phone_number": number})).raise_for_status()
    rung = await vendor.post("/_sandbox/inbound", json={"to": number, "from": CALLER})
    call_id = str(rung.json()["call_id"])
    await over(vendor, call_id)
    await vendor.delete(f"/v2/assistants/{model_id}/phone_numbers/{number.removeprefix('+')}")
    return call_id


async def over(vendor: httpx.AsyncClient, call_id: str) -> dict[str, Any]:
    for _ in range(400):
        (call,) = (await vendor.get(f"/v2/calls/{call_id}")).json()["response"]["calls"]
        if call["status"] == "completed":
            return dict(call)
        await asyncio.sleep(0.01)
    raise AssertionError("the call did not end")


async def deliver(desk: Desk, call_id: str, secret: str = ACCOUNT.webhook_key, **lies: Any) -> int:
    """A delivery as the vendor signs it: over the id of the call, whatever the rest of the body says."""
    body = example("webhook.post-call") | lies
    body["call"] |= {"call_id": call_id, **lies.pop("call", {})}
    headers = {"http_synthflow_signature": signature_of(call_id, secret)}
    answer = await desk.provider.post(desk.hook_path, json=body, headers=headers)
    await desk.work()
    return answer.status_code


async def note_of(desk: Desk, call_id: str) -> tuple[str, str | None]:
    row = await desk.rows.fetchrow(
        "SELECT status, note FROM app.provider_inbox WHERE event_key = $1", f"post-call:{call_id}"
    )
    assert row is not None
    return row["status"], row["note"]


async def test_nothing_in_a_delivery_is_believed_but_the_call(desk: Desk, vendor: httpx.AsyncClient) -> None:
    ids = await remote_ids(desk)
    assert set(ids) == {"outbound_id", "inbound_id", "widget_id"}
    call_id = await called(vendor, ids["inbound_id"])
    lies = {"status": "failed", "call": {"status": "failed", "transcript": "\nhuman: I give you everything."}}
    assert await deliver(desk, call_id, **lies) == 200
    told = await desk.conversation(call_id)
    assert told is not None
    assert (told["status"], told["direction"], told["contact_number"]) == ("completed", "inbound", CALLER)
    assert told["agent"]["id"] == desk.agent["id"]
    assert "everything" not in str(told["transcript"])
    assert {line["role"] for line in told["transcript"]} == {"agent", "caller"}
    assert (told["total_cost"], told["summary"]) == (0, None)
    assert await note_of(desk, call_id) == ("done", None)
    assert await deliver(desk, call_id) == 200
    assert (await desk.conversation(call_id) or {})["id"] == told["id"]


async def test_a_wrong_signature_is_turned_away(desk: Desk) -> None:
    assert await deliver(desk, "some-call", secret="of somebody else") == 401


async def test_a_call_that_the_account_does_not_have_is_ignored(desk: Desk) -> None:
    assert await deliver(desk, "a-call-of-nobody") == 200
    assert await note_of(desk, "a-call-of-nobody") == ("ignored", "the provider knows no such call")


async def test_a_call_of_an_agent_that_is_not_ours_is_ignored(desk: Desk, vendor: httpx.AsyncClient) -> None:
    body = example("assistant.create.request") | {"type": "inbound"}
    body["agent"]["voice_id"] = "21m00Tcm4TlvDq8ikWAM"
    del body["phone_number"]
    made = await vendor.post("/v2/assistants", json=body)
    call_id = await called(vendor, made.json()["response"]["model_id"])
    assert await deliver(desk, call_id) == 200
    status, note = await note_of(desk, call_id)
    assert (status, await desk.conversation(call_id)) == ("ignored", None)
    assert "no agent of this workspace" in (note or "")


async def start(desk: Desk) -> dict[str, Any]:
    answer = await desk.mia.post(f"{API}/agents/{desk.agent['id']}/test-call")
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json()["data"])


async def test_a_web_call_gets_its_name_when_it_is_reported(desk: Desk, vendor: httpx.AsyncClient) -> None:
    first, second = await start(desk), await start(desk)
    assert (first["client"], first["callId"]) == ("pcm-socket", None)
    async with websockets.connect(first["webCallUrl"], proxy=None) as socket:
        await socket.send('{"type":"status_client_ready"}')
        await socket.recv()
    (row,) = [one for one in await web_calls(desk, vendor) if one["call_status"] == "completed"]
    assert await deliver(desk, row["call_id"]) == 200
    joined = await desk.read(first["conversationId"])
    assert (joined["status"], joined["provider_call_id"]) == ("completed", row["call_id"])
    waiting = await desk.read(second["conversationId"])
    assert (waiting["status"], waiting["provider_call_id"]) == ("queued", None)


async def web_calls(desk: Desk, vendor: httpx.AsyncClient) -> list[dict[str, Any]]:
    model_id = (await remote_ids(desk))["widget_id"]
    for _ in range(200):
        rows = (await vendor.get(f"/v2/calls?model_id={model_id}")).json()["response"]["calls"]
        if rows and all(row["call_status"] == "completed" for row in rows):
            return list(rows)
        await asyncio.sleep(0.02)
    raise AssertionError("the call did not end")


async def test_without_any_webhook_a_web_call_is_found_by_asking(desk: Desk, vendor: httpx.AsyncClient) -> None:
    started = await start(desk)
    async with websockets.connect(started["webCallUrl"], proxy=None) as socket:
        await socket.send('{"type":"status_client_ready"}')
        await socket.recv()
    await web_calls(desk, vendor)
    await ask_after(desk, started["conversationId"])
    states = {(await desk.read(one))["status"] for one in await waiting_calls(desk)}
    assert states <= {"queued"}
    assert len(await waiting_calls(desk)) == 1


async def test_a_web_call_that_nobody_joined_is_given_up_in_the_end(desk: Desk) -> None:
    started = await start(desk)
    await ask_after(desk, started["conversationId"])
    assert (await desk.read(started["conversationId"]))["status"] == "queued"
    await desk.rows.execute(
        "UPDATE app.conversations SET created_at = created_at - interval '11 minutes' WHERE id = $1",
        UUID(started["conversationId"]),
    )
    await ask_after(desk, started["conversationId"])
    told = await desk.read(started["conversationId"])
    assert (told["status"], told["error_message"]) == ("failed", "Nobody joined the call.")


async def ask_after(desk: Desk, conversation_id: str) -> None:
    await check_call(run_job(desk), CallArgs(UUID(conversation_id)))


async def waiting_calls(desk: Desk) -> list[str]:
    rows = await desk.rows.fetch("SELECT id FROM app.conversations WHERE direction = 'web' AND status = 'queued'")
    return [str(row["id"]) for row in rows]


async def test_the_pages_say_what_the_provider_cannot_do(desk: Desk, vendor: httpx.AsyncClient) -> None:
    call_id = await called(vendor, (await remote_ids(desk))["inbound_id"])
    assert await deliver(desk, call_id) == 200
    told = await desk.conversation(call_id)
    assert told is not None
    page = (await desk.mia.get(f"/w/clinic/conversations/{told['id']}")).text
    assert "Synthflow reports neither costs nor summaries." in page
    assert "$0.00" not in page
    for path in ("conversations", "dashboard", "agents", "analytics"):
        assert "Synthflow does not report costs." in (await desk.mia.get(f"/w/clinic/{path}")).text, path
    assert "The cost leaves out calls at Synthflow" in (await desk.mia.get("/w/clinic/dashboard")).text
    running = await start(desk)
    page = (await desk.mia.get(f"/w/clinic/conversations/{running['conversationId']}")).text
    assert "Synthflow tells what was said when the call is over." in page
    assert "Synthflow has no way to end a running call" in page
    refused = await desk.mia.post(f"{API}/conversations/{running['conversationId']}/hang-up")
    assert refused.status_code == 409
    editor = (await desk.mia.get(f"/w/clinic/agents/{desk.agent['id']}")).text
    assert "Publish it in its own dashboard" in editor
