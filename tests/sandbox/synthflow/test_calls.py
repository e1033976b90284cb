"""Telephone calls: what asking shows, what is told after, and what custom actions ask."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.foundation.outbound.listener import as_json
from tests.providers.synthflow.schemas import Schemas
from tests.sandbox.synthflow.caller import Caller, until

from inspralv.sandbox.synthflow.accounts import ACME, RIVAL
from inspralv.sandbox.synthflow.delivery import signature_of

SIGNATURE = "http_synthflow_signature"
TOOL = {
    "http_mode": "POST", "url": "", "name": "book", "description": "Books",
    "variables_during_the_call": [{"name": "day", "description": "When", "type": "string"}],
    "json_body_stringified": '{"call_id": "{call_id}", "caller": "{first_name}", "day": "<day>", "other": "<other>"}',
    "custom_auth": {"is_needed": True, "location": "header", "key": "X-Key", "value": "hush"},
}  # fmt: skip


async def test_a_call_is_seen_by_asking(acme: Caller) -> None:
    call = await acme.call()
    assert (call["status"], call["end_call_reason"], call["type_of_call"]) == ("completed", "human_goodbye", "outbound")
    assert call["transcript"].startswith("\nbot: Hi {first_name}, this is Acme Dental.\nhuman: Hi, I would like")
    assert call["duration"] > 10
    assert int(call["start_time"]) > 1_700_000_000_000
    assert call["recording_url"]
    sound = await acme.api.get(call["recording_url"], headers={"authorization": ""})
    assert sound.content[:4] == b"RIFF"
    assert (await acme.api.get("/_recordings/nobody.wav")).status_code == 404


async def test_it_goes_through_its_states(acme: Caller) -> None:
    await acme.developer("speed", {"speed": 20})
    model_id = await acme.assistant()
    await acme.attach(model_id)
    call_id = await acme.dial(model_id)
    seen = []
    while not seen or seen[-1] != "completed":
        status = (await acme.read(call_id))["status"]
        seen += [status] if status not in seen[-1:] else []
    assert seen[-3:] == ["ringing", "in-progress", "completed"]


@pytest.mark.parametrize(
    ("phone", "status", "reason"),
    [
        ("+14155550102", "completed", "agent_goodbye"),
        ("+14155550104", "no-answer", None),
        ("+14155550105", "busy", None),
        ("+14155550106", "hangup_on_voicemail", "voicemail"),
        ("+14155550107", "failed", None),
    ],
)
async def test_how_calls_end(acme: Caller, phone: str, status: str, reason: str | None) -> None:
    call = await acme.call(phone)
    assert (call["status"], call["end_call_reason"]) == (status, reason)
    assert bool(call["transcript"]) == (reason is not None)
    assert bool(call["error_message"]) == (status == "failed")
    assert (call["duration"] > 0) == (reason is not None)


async def test_a_long_call_is_cut_off(acme: Caller) -> None:
    call = await acme.call("+14155550108", max_duration={"duration_seconds": 30, "is_enabled": True})
    assert (call["duration"], call["end_call_reason"]) == (30, "max_duration")


async def test_without_a_number_a_call_stays_queued(acme: Caller) -> None:
    model_id = await acme.assistant()
    call_id = await acme.dial(model_id)
    line = {"from_phone_number": acme.account.phone_number}
    body = {"model_id": model_id, "phone": "+14155550101", "name": "x", **line}
    refused = await acme.ask("POST", "/calls", body, 400)
    assert "not attached" in refused["detail"]["description"]
    await acme.call()
    assert (await acme.read(call_id))["status"] == "pending"


@pytest.mark.parametrize("missing", ["model_id", "phone", "name"])
async def test_what_a_call_needs(acme: Caller, missing: str) -> None:
    body = {"model_id": await acme.assistant(), "phone": "+14155550101", "name": "Dana"}
    answer = await acme.ask("POST", "/calls", {k: v for k, v in body.items() if k != missing}, 400)
    assert missing in answer["detail"]["description"]
    await acme.ask("POST", "/calls", body | {"phone": "0041"}, 400)
    await acme.ask("POST", "/calls", body | {"custom_variables": {"a": "b"}}, 400)


async def test_the_list_has_other_names(acme: Caller) -> None:
    call = await acme.call()
    (row,) = (await acme.ask("GET", f"/calls?model_id={call['model_id']}"))["response"]["calls"]
    assert row["call_status"] == "completed"
    assert {"status", "prompt_variables"}.isdisjoint(row)
    assert int(row["duration"]) == call["duration"]
    assert isinstance(row["duration"], str) == bool(call["duration"] % 2)
    assert (row["lead_phone_number"], row["lead_name"]) == ("+14155550101", "Dana Lee")
    assert row["judge_results"]["call_summary"] == "true"
    await acme.ask("GET", "/calls", status=400)


async def test_the_list_is_narrowed_by_known_parameters_only(acme: Caller) -> None:
    call = await acme.call()
    model, began = f"model_id={call['model_id']}", int(call["start_time"])

    async def count(query: str) -> int:
        answer = await acme.ask("GET", f"/calls?{model}&{query}", fits=False)
        return int(answer["response"]["pagination"]["total_records"])

    assert [await count(f"from_date={at}") for at in (began, began + 1)] == [1, 0]
    assert [await count(f"to_date={at}") for at in (began, began + 1)] == [0, 1]
    assert await count("from_date=2026-01-01") == 1
    assert await count("start_date=2100-01-01") == 1
    assert [await count(f"call_status={status}") for status in ("completed", "busy")] == [1, 0]
    assert await count("lead_phone_number=%2B14155550101") == 1
    await acme.ask("GET", f"/calls?{model}&from_date=soon", status=400)


async def test_one_signed_delivery_after_the_call(acme: Caller, description: Schemas) -> None:
    call = await acme.call()
    (told,) = await acme.told()
    description.check("PostCallWebhook", told.json)
    assert told.headers[SIGNATURE] == signature_of(call["call_id"], ACME.webhook_key)
    assert told.headers[SIGNATURE] != signature_of(call["call_id"], RIVAL.webhook_key)
    assert datetime.fromisoformat(told.json["call"]["start_time"]).tzinfo
    assert told.json["call"]["transcript"] == call["transcript"]
    assert {"analysis", "executed_actions"} <= set(told.json)
    workspace = f"workspace_id={acme.account.id}"
    (item,) = (await acme.ask("GET", f"/logs?{workspace}&call_id={call['call_id']}"))["response"]["items"]
    assert (item["status"], item["response_status_code"]) == ("success", 200)
    detail = await acme.ask("GET", f"/logs/{item['webhook_log_id']}?{workspace}")
    assert detail["response"]["request_payload"] == told.json
    await acme.ask("GET", f"/logs/nobody?{workspace}", status=404, fits=False)


async def test_nothing_is_told_without_an_address(acme: Caller) -> None:
    await acme.call(external_webhook_url="")
    await acme.call()
    assert len(await acme.told()) == 1


async def test_deliveries_get_lost_and_come_twice(acme: Caller) -> None:
    await acme.developer("mischief", {"drop": 1})
    await acme.call()
    await acme.developer("mischief", {"duplicate": 1, "reorder": 1})
    second = await acme.call()
    told = await acme.told(2)
    assert [one.json["call"]["call_id"] for one in told] == [second["call_id"]] * 2


async def test_a_custom_action_asks_during_the_call(acme: Caller) -> None:
    acme.hooks.script = lambda asked: as_json({"slot": "2 PM"} if asked.path == "/tool" else {})
    made = await acme.ask("POST", "/actions", {"CUSTOM_ACTION": TOOL | {"url": f"{acme.hooks.url}/tool"}})
    model_id = await acme.assistant()
    await acme.attach(model_id)
    action_id = made["response"]["action_id"]
    await acme.ask("POST", "/actions/attach", {"model_id": model_id, "actions": [action_id]})
    call_id = await acme.dial(model_id, custom_variables=[{"key": "first_name", "value": "Dana"}])
    call = await acme.over(call_id)
    (asked,) = [one for one in acme.hooks.received if one.path == "/tool"]
    assert asked.headers["x-key"] == "hush"
    assert asked.json == {"call_id": call_id, "caller": "Dana", "day": "Thursday", "other": "<other>"}
    (done,) = call["executed_actions"].values()
    assert (done["return_value"], done["action_type"]) == ('{"slot":"2 PM"}', "custom_function_action_type")
    assert call["prompt_variables"] == {"first_name": "Dana"}
    assert "bot: Hi Dana, this is" in call["transcript"]


async def test_somebody_calls(acme: Caller) -> None:
    call = {"to": acme.account.phone_number, "from": "+14155550104"}
    assert (await acme.api.post("/_sandbox/inbound", json=call)).status_code == 404
    model_id = await acme.assistant("inbound", phone_number=acme.account.phone_number)
    placed = await acme.developer("inbound", call)
    ended = await acme.over(placed["call_id"])
    assert (ended["model_id"], ended["type_of_call"], ended["status"]) == (model_id, "inbound", "completed")
    assert (ended["phone_number_from"], ended["phone_number_to"]) == (call["from"], call["to"])
    assert (await acme.api.post("/_sandbox/inbound", json={"to": "+1"})).status_code == 404


async def test_lost_answers_are_carried_out(acme: Caller) -> None:
    model_id = await acme.assistant()
    await acme.attach(model_id)
    await acme.developer("mischief", {"lost_answers": 1})
    await acme.ask("POST", "/calls", {"model_id": model_id, "phone": "+14155550101", "name": "x"}, 500, fits=False)

    async def listed() -> int:
        return len((await acme.ask("GET", f"/calls?model_id={model_id}"))["response"]["calls"])

    assert await until(listed, bool) == 1


async def test_requests_are_remembered_without_keys(acme: Caller) -> None:
    await acme.call()
    asked = await acme.developer("requests")
    assert {"POST /v2/assistants", "POST /v2/calls"} <= {f"{one['method']} {one['path']}" for one in asked}
    assert ACME.api_key not in str(asked)
    assert [one["type"] for one in await acme.developer("deliveries")] in (["external_webhook"], [])
