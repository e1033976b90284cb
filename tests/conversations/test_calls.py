"""Starting, following and ending calls, end to end with the provider sandbox."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from msgspec.structs import replace
from tests.conftest import Sandbox
from tests.conversations.conftest import API, Desk, run_job
from tests.world import OLGA, STAN, VERA

from inspralv.conversations import jobs
from inspralv.conversations.actions.ingest import take_report
from inspralv.conversations.tasks import place_call, placing_failed
from inspralv.providers.contract import CallReport, CallStatus, CallType

NUMBER = "+14155550101"  # the sandbox answers it, and moves an appointment


@pytest.fixture(autouse=True)
async def peace(sandbox: Sandbox, desk: Desk) -> None:
    """Whatever a test did to the sandbox is over; calls of one person in a minute are few."""
    await sandbox.mischief()
    await desk.rows.execute("DELETE FROM app.rate_limits")


async def dial(desk: Desk, number: str = NUMBER, click: str | None = None, **body: Any) -> httpx.Response:
    headers = {"idempotency-key": click} if click else {}
    wanted = {"customerNumber": number, **body}
    return await desk.mia.post(f"{API}/agents/{desk.agent['id']}/outbound-call", json=wanted, headers=headers)


async def until_over(desk: Desk, conversation_id: str) -> dict[str, Any]:
    """Work until the call is reported and its recording is here."""
    for _ in range(200):
        await desk.work()
        call = await desk.read(conversation_id)
        reported = await desk.rows.fetchval("SELECT reported_at FROM app.conversations WHERE id = $1", conversation_id)
        if reported and (call["recording_url"] or call["status"] != "completed"):
            return call
        await asyncio.sleep(0.05)
    raise AssertionError("the call did not end")


async def placed_calls(sandbox: Sandbox) -> int:
    return sum(asked["path"] == "/call" and asked["method"] == "POST" for asked in await sandbox.requests())


async def test_a_call_to_a_number_from_click_to_recording(desk: Desk) -> None:
    answer = await dial(desk, "+1 (415) 555-0101", customerName="Dana Lee")
    assert answer.status_code == 202, answer.text
    placed = answer.json()["data"]
    assert (placed["status"], placed["customerNumber"], placed["fromNumber"]) == ("queued", NUMBER, "+14155550100")
    assert placed["provider"] == "vapi"
    assert placed["callId"] is None
    call = await until_over(desk, placed["conversationId"])
    assert (call["status"], call["direction"], call["sentiment"]) == ("completed", "outbound", "positive")
    assert (call["contact_name"], call["contact_number"]) == ("Dana Lee", NUMBER)
    assert call["agent"]["name"] == "Front desk"
    assert call["total_cost"] > 0
    assert call["started_by"] == "Mia Test"
    assert len(call["transcript"]) >= 5
    assert await desk.rows.fetchval("SELECT count(*) FROM app.conversations WHERE contact_number = $1", NUMBER) == 1
    sound = await desk.mia.get(call["recording_url"], follow_redirects=True)
    assert sound.status_code == 200
    assert sound.content.startswith(b"RIFF")


@pytest.mark.parametrize(("ending", "status"), [("04", "no_answer"), ("05", "busy"), ("07", "failed")])
async def test_calls_that_do_not_come_about(desk: Desk, ending: str, status: str) -> None:
    before = await desk.usage()
    placed = (await dial(desk, f"+141555502{ending}")).json()["data"]
    call = await until_over(desk, placed["conversationId"])
    assert call["status"] == status
    assert (await desk.usage())[status] == before.get(status, 0) + 1


async def test_a_double_click_dials_once(desk: Desk, sandbox: Sandbox) -> None:
    before = await placed_calls(sandbox)
    answers = await asyncio.gather(*(dial(desk, click="one-click") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [202] * 5
    assert len({answer.json()["data"]["conversationId"] for answer in answers}) == 1
    await until_over(desk, answers[0].json()["data"]["conversationId"])
    assert (await dial(desk, click="one-click")).json()["data"]["status"] == "completed"
    assert await placed_calls(sandbox) == before + 1
    assert (await dial(desk, "+14155550102", click="one-click")).status_code == 409
    another = (await dial(desk, click="another")).json()["data"]["conversationId"]
    assert another != answers[0].json()["data"]["conversationId"]
    await until_over(desk, another)
    assert (await dial(desk, click="x" * 101)).status_code == 400


async def test_a_lost_answer_is_looked_for_and_not_repeated(desk: Desk, sandbox: Sandbox) -> None:
    before = await placed_calls(sandbox)
    placed = (await dial(desk)).json()["data"]
    await sandbox.mischief(lost_answers=1)
    call = await until_over(desk, placed["conversationId"])
    assert call["status"] == "completed"
    assert await placed_calls(sandbox) == before + 1
    assert (
        await desk.rows.fetchval(
            "SELECT count(*) FROM app.conversations WHERE provider_call_id = $1", call["provider_call_id"]
        )
        == 1
    )


async def test_a_worker_that_died_while_dialling_looks_before_it_asks_again(desk: Desk, sandbox: Sandbox) -> None:
    """The provider was asked, and nobody remembers the answer."""
    placed = (await dial(desk)).json()["data"]
    await until_over(desk, placed["conversationId"])
    before = await placed_calls(sandbox)
    await desk.rows.execute("DELETE FROM app.conversation_keys WHERE conversation_id = $1", placed["conversationId"])
    await desk.rows.execute(
        "UPDATE app.conversations SET provider_call_id = NULL, status = 'queued', reported_at = NULL WHERE id = $1",
        placed["conversationId"],
    )
    await place_call(run_job(desk), jobs.CallArgs(placed["conversationId"]))
    found = await desk.read(placed["conversationId"])
    assert found["provider_call_id"] is not None
    assert await placed_calls(sandbox) == before


async def test_what_nobody_can_tell_ends_as_failed_and_is_never_dialled_again(desk: Desk, sandbox: Sandbox) -> None:
    placed = (await dial(desk)).json()["data"]
    call_id = placed["conversationId"]
    await desk.rows.execute("UPDATE app.conversations SET placing_at = now() WHERE id = $1", call_id)
    before = await placed_calls(sandbox)
    with pytest.raises(Exception, match="did not say") as caught:
        await place_call(run_job(desk), jobs.CallArgs(call_id))
    await placing_failed(run_job(desk), jobs.CallArgs(call_id), caught.value)
    call = await desk.read(call_id)
    assert call["status"] == "failed"
    assert "not asked again" in call["error_message"]
    await desk.work()
    assert await placed_calls(sandbox) == before


async def test_an_outage_is_waited_for(desk: Desk, sandbox: Sandbox) -> None:
    placed = (await dial(desk)).json()["data"]
    await sandbox.mischief(fail=[{"status": 429, "path_prefix": "/call", "method": "POST", "retry_after": 1}])
    await desk.work()
    assert (await desk.read(placed["conversationId"]))["status"] == "queued"
    call = await until_over(desk, placed["conversationId"])
    assert call["status"] == "completed"


async def test_a_refusal_is_shown_on_the_call(desk: Desk, sandbox: Sandbox) -> None:
    await sandbox.mischief(
        fail=[{"status": 400, "path_prefix": "/call", "method": "POST", "body": "Number is on a list."}]
    )
    placed = (await dial(desk)).json()["data"]
    await desk.work()
    call = await desk.read(placed["conversationId"])
    assert (call["status"], call["error_message"]) == ("failed", "Vapi refused: Number is on a list.")


@pytest.mark.parametrize(
    "number", ["", "abc", "+0155501234", "+1234", "+1234567890123456", "12 34", "tel:+14155550101"]
)
async def test_what_is_no_number_is_refused(desk: Desk, number: str) -> None:
    answer = await dial(desk, number)
    assert answer.status_code == 400, number
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/customerNumber"]


async def test_without_an_outbound_number_it_says_what_to_do(desk: Desk) -> None:
    olga = desk.site.as_(OLGA)
    path = f"/api/partner/integrations/{desk.connection.integration_id}"
    config = (await olga.get(path)).json()["data"]["config"]
    off = {"config": {"shared_outbound_phone_number_id": None, "shared_outbound_phone_number": None}}
    assert (await olga.patch(path, json=off)).status_code == 200
    answer = await dial(desk)
    assert answer.status_code == 409
    assert "outbound number" in answer.json()["detail"]
    assert (
        await olga.patch(path, json={"config": {k: v for k, v in config.items() if k.startswith("shared")}})
    ).status_code == 200


async def test_a_paused_agent_calls_nobody(desk: Desk) -> None:
    path = f"{API}/agents/{desk.agent['id']}"
    assert (await desk.mia.patch(path, json={"is_active": False})).status_code == 200
    answer = await dial(desk)
    assert answer.status_code == 409
    assert "paused" in answer.json()["detail"]
    assert (await desk.mia.patch(path, json={"is_active": True})).status_code == 200


async def test_rights(desk: Desk) -> None:
    for path in ("test-call", "outbound-call"):
        url, body = f"{API}/agents/{desk.agent['id']}/{path}", {"customerNumber": NUMBER}
        assert (await desk.site.as_(VERA).post(url, json=body)).status_code == 403
        assert (await desk.site.as_(STAN).post(url, json=body)).status_code == 404
        assert (await desk.site.at("acme.localhost").post(url, json=body)).status_code == 401
        assert (
            await desk.mia.post(f"{API}/agents/{desk.connection.integration_id}/{path}", json=body)
        ).status_code == 404


async def test_calls_of_one_person_are_limited(desk: Desk) -> None:
    answers = [await dial(desk, click="same") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [202] * 20 + [429]
    assert answers[-1].headers["retry-after"]


async def test_a_test_call_from_the_browser(desk: Desk) -> None:
    answer = await desk.mia.post(f"{API}/agents/{desk.agent['id']}/test-call")
    assert answer.status_code == 200, answer.text
    ticket = answer.json()["data"]
    assert set(ticket) == {
        "provider", "client", "callId", "conversationId", "conversationUrl", "publicKey", "assistantId", "agentName",
        "webCallUrl", "webCall",
    }  # fmt: skip
    assert (ticket["client"], ticket["agentName"], ticket["assistantId"]) == ("stand-in", "Front desk", desk.remote_id)
    assert desk.connection.secret_key not in answer.text
    assert desk.connection.hook_secret not in answer.text
    call = await desk.read(ticket["conversationId"])
    assert (call["direction"], call["status"], call["contact_name"]) == ("web", "queued", "Mia Test")
    assert ticket["conversationUrl"] == f"/w/clinic/conversations/{call['id']}"
    shown = await desk.mia.get(ticket["conversationUrl"])
    assert shown.status_code == 200


async def test_a_webhook_may_be_faster_than_our_own_row(desk: Desk) -> None:
    """The provider's first event comes between its answer and our row; both are one conversation."""
    call_id = "0199aaaa-0000-7000-8000-00000000beef"
    await desk.deliver(desk.message("status-update.in-progress", call_id, call={"type": "webCall"}))
    report = CallReport(
        provider_call_id=call_id, type=CallType.WEB, status=CallStatus.QUEUED, remote_agent_id=desk.remote_id
    )
    ctx = desk.context()
    conversation_id = await take_report(ctx, "vapi", replace(report, created_at=ctx.now), ctx.now)
    await ctx.commit()
    call = await desk.conversation(call_id)
    assert call is not None
    assert (call["id"], call["direction"], call["status"]) == (str(conversation_id), "web", "in_progress")


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, 502, "does not accept the key"),
        (429, 503, "too many calls"),
        (503, 503, "cannot be reached"),
        (400, 502, "refused"),
        (404, 409, "Synchronise"),
    ],
)
async def test_a_provider_that_does_not_play_along(
    desk: Desk, sandbox: Sandbox, status: int, code: int, words: str
) -> None:
    before = await desk.rows.fetchval("SELECT count(*) FROM app.conversations")
    await sandbox.mischief(fail=[{"status": status, "path_prefix": "/call/web", "method": "POST"}])
    answer = await desk.mia.post(f"{API}/agents/{desk.agent['id']}/test-call")
    assert answer.status_code == code, answer.text
    assert words in answer.json()["detail"]
    assert "Vapi" in answer.json()["detail"]
    assert await desk.rows.fetchval("SELECT count(*) FROM app.conversations") == before
    if status == 401:
        kept = await desk.rows.fetchval(
            "SELECT key_status FROM app.integrations WHERE id = $1", desk.connection.integration_id
        )
        assert kept == "invalid"
        path = f"/api/partner/integrations/{desk.connection.integration_id}/test"
        assert (await desk.site.as_(OLGA).post(path)).json()["data"]["key_status"] == "valid"


async def test_an_agent_that_is_not_at_the_provider_cannot_be_called(desk: Desk) -> None:
    made = (await desk.mia.post(f"{API}/agents", json={"name": "Fresh", "provider": "vapi"})).json()["data"]
    answer = await desk.mia.post(f"{API}/agents/{made['id']}/test-call")
    assert answer.status_code == 409
    assert "Synchronise" in answer.json()["detail"]


async def test_hanging_up(desk: Desk, sandbox: Sandbox) -> None:
    ticket = (await desk.mia.post(f"{API}/agents/{desk.agent['id']}/test-call")).json()["data"]
    path = f"{API}/conversations/{ticket['conversationId']}/hang-up"
    assert (await desk.site.as_(VERA).post(path)).status_code == 403
    answer = await desk.mia.post(path)
    assert answer.status_code == 200, answer.text
    assert any(
        asked["path"].startswith("/_control") or "/control" in asked["path"] for asked in await sandbox.requests()
    )


async def test_a_call_that_was_not_dialled_yet_is_canceled(desk: Desk, sandbox: Sandbox) -> None:
    before = await placed_calls(sandbox)
    placed = (await dial(desk)).json()["data"]
    path = f"{API}/conversations/{placed['conversationId']}/hang-up"
    assert (await desk.mia.post(path)).status_code == 200
    await desk.work()
    call = await desk.read(placed["conversationId"])
    assert call["status"] == "canceled"
    assert await placed_calls(sandbox) == before
    assert (await desk.mia.post(path)).status_code == 409


async def test_mischief_changes_nothing(desk: Desk, sandbox: Sandbox) -> None:
    """Doubled and reordered webhooks, all at once."""
    before = await desk.usage()
    await sandbox.mischief(duplicate=0.5, reorder=0.4, seed=7)
    placed = [(await dial(desk, f"+1415555{n:02d}01")).json()["data"]["conversationId"] for n in range(30, 35)]
    for conversation_id in placed:
        call = await until_over(desk, conversation_id)
        assert (call["status"], call["sentiment"]) == ("completed", "positive")
    await desk.work()
    after = await desk.usage()
    assert after["calls"] == before.get("calls", 0) + 5
    assert after["completed"] == before.get("completed", 0) + 5
