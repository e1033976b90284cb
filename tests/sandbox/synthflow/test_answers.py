"""The emulator's API: every request and answer fits the description, faults are worded as the vendor's."""

from __future__ import annotations

import httpx
import pytest
from tests.providers.synthflow.examples import example
from tests.sandbox.synthflow.caller import VOICE, Caller

NOBODY = "a1b2c3d4-0001-4a00-8a00-00000000dead"


async def test_an_assistant_lives(acme: Caller) -> None:
    model_id = await acme.assistant()
    made = await acme.read_assistant(model_id)
    assert (made["type"], made["name"], made["agent"]["voice_id"]) == ("outbound", "Acme outbound", VOICE)
    await acme.ask("PUT", f"/assistants/{model_id}", example("assistant.update.request"))
    changed = await acme.read_assistant(model_id)
    assert changed["agent"] == made["agent"] | {"greeting_message": "Hello!"}
    listed = (await acme.ask("GET", "/assistants/?limit=1"))["response"]
    assert (listed["pagination"]["total_records"], listed["assistants"][0]["model_id"]) == (1, model_id)
    assert listed["assistants"][0]["actions"] == []
    await acme.ask("DELETE", f"/assistants/{model_id}")
    missing = await acme.ask("GET", f"/assistants/{model_id}", status=404)
    assert missing["detail"]["description"] == "Assistant not found."


async def test_unknown_keys_are_passed_over_in_silence(acme: Caller) -> None:
    body = example("assistant.create.request") | {"end_call_reasons": ["bye"], "colour": "red"}
    del body["phone_number"]
    body["agent"] |= {"temperature": 1, "voice_id": VOICE}
    made = await acme.ask("POST", "/assistants", body, fits=False)
    found = await acme.read_assistant(made["response"]["model_id"])
    assert not {"end_call_reasons", "colour"} & set(found)
    assert "temperature" not in found["agent"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": None}, "name"),
        ({"name": "  "}, "name"),
        ({"type": "fax"}, "type"),
        ({"agent": None}, "agent"),
        ({"agent": {"voice_id": "nobody"}}, "voice_id"),
        ({"agent": {"language": "xx"}}, "language"),
        ({"agent": {"greeting_message_mode": "loud"}}, "greeting_message_mode"),
    ],
)
async def test_faulty_assistants(acme: Caller, change: dict[str, object], words: str) -> None:
    body = example("assistant.create.request") | change
    answer = await acme.ask("POST", "/assistants", body, 400)
    assert words in answer["detail"]["description"]


async def test_actions_come_are_attached_and_go(acme: Caller) -> None:
    model_id = await acme.assistant()
    made = await acme.ask("POST", "/actions", example("action.extractor.create.request"))
    action_id = made["response"]["action_id"]
    assert made["response"]["action_type"] == "Information Extractor"
    secret = {"is_needed": True, "location": "header", "key": "x-key", "value": "hush"}
    custom = {"CUSTOM_ACTION": {"http_mode": "POST", "url": "https://x.example", "name": "n", "custom_auth": secret}}
    other = (await acme.ask("POST", "/actions", custom))["response"]["action_id"]
    await acme.ask("POST", "/actions/attach", {"model_id": model_id, "actions": [action_id, other]})
    assert (await acme.read_assistant(model_id))["actions"] == [action_id, other]
    shown = (await acme.ask("GET", f"/actions/{other}"))["response"]["actions"][0]
    assert shown["parameters_hard_coded"]["custom_auth"]["value"] == "***"
    await acme.ask("PUT", f"/actions/{other}", {"LIVE_TRANSFER": {"phone": "+14155550123"}})
    assert (await acme.ask("GET", "/actions"))["response"]["pagination"]["total_records"] == 2
    await acme.ask("POST", "/actions/detach", {"model_id": model_id, "actions": [action_id]})
    await acme.ask("DELETE", f"/actions/{other}")
    assert (await acme.read_assistant(model_id))["actions"] == []
    for body in ({}, {"LIVE_TRANSFER": {}}, {"SEND_SMS": {}, "CUSTOM_EVAL": {}}, {"CUSTOM_ACTION": {"url": "x"}}):
        await acme.ask("POST", "/actions", body, 400)
    await acme.ask("POST", "/actions/attach", {}, 400)
    await acme.ask("POST", "/actions/attach", {"model_id": model_id, "actions": [NOBODY]}, 404, fits=False)


async def test_numbers(acme: Caller) -> None:
    workspace, number = acme.account.id, acme.account.phone_number
    slug = number.removeprefix("+")
    (line,) = (await acme.ask("GET", f"/numbers?workspace={workspace}"))["response"]["phone_numbers"]
    assert line == {"number": number, "sid": None, "is_available": True}
    model_id = await acme.assistant("inbound", phone_number=number)
    detail = await acme.ask("GET", f"/numbers/{slug}?workspace={workspace}")
    assert (detail["phone_number"], detail["assistants"], detail["is_available"]) == (number, [model_id], False)
    await acme.ask("PATCH", f"/numbers/{slug}", {"friendly_name": "Front desk"})
    imported = example("number.import.request") | {"workspace_id": workspace, "phone_number": "+14155550177"}
    await acme.ask("POST", "/custom-numbers", imported)
    for fault in ({"termination_uri": ""}, {"phone_number": "1"}, {"provider_name": "x"}):
        await acme.ask("POST", "/custom-numbers", imported | fault, 400)
    await acme.ask("POST", "/custom-numbers", imported, 400)
    await acme.ask("POST", "/custom-numbers", imported | {"workspace_id": "other"}, 403)
    await acme.ask("DELETE", f"/assistants/{model_id}/phone_numbers/{slug}")
    await acme.ask("DELETE", f"/assistants/{model_id}/phone_numbers/{slug}", status=404)
    assert "phone_number" not in await acme.read_assistant(model_id)
    await acme.ask("PUT", f"/assistants/{model_id}/phone_numbers", {"phone_number_slugs": ["14155550177"]})
    await acme.ask("DELETE", "/numbers/14155550177")
    assert (await acme.read_assistant(model_id))["attached_phone_numbers"] == []


async def test_voices(acme: Caller) -> None:
    workspace = acme.account.id
    usual = (await acme.ask("GET", f"/voices?workspace={workspace}"))["response"]
    assert {voice["provider"] for voice in usual["voices"]} == {"elevenlabs"}
    query = f"workspace={workspace}&provider=deepgram&search=lun&limit=1"
    (luna,) = (await acme.ask("GET", f"/voices?{query}"))["response"]["voices"]
    assert luna["name"] == "Luna"
    sound = await acme.api.get(luna["preview"])
    assert (sound.headers["content-type"], len(sound.content) > 1000) == ("audio/wav", True)
    assert (await acme.api.get("/_previews/nobody.wav")).status_code == 404
    for query in ("", "?workspace=another"):
        reply = await acme.api.get(f"/v2/voices{query}")
        assert reply.status_code in {400, 403}


async def test_lists_have_pages(acme: Caller) -> None:
    made = [await acme.assistant() for _ in range(3)]
    first = (await acme.ask("GET", "/assistants?limit=2", fits=False))["response"]
    second = (await acme.ask("GET", "/assistants/?limit=2&offset=2"))["response"]
    assert [one["model_id"] for one in (*first["assistants"], *second["assistants"])] == made[::-1]
    assert second["pagination"] == {"total_records": 3, "limit": 2, "offset": 2}
    for limit in (0, 101):
        answer = await acme.ask("GET", f"/assistants/?limit={limit}", status=400)
        assert answer["detail"]["description"] == "Limit must be between 1 and 100."
    await acme.ask("GET", "/assistants/?offset=x", status=400)


async def test_accounts_never_meet(acme: Caller, rival: Caller) -> None:
    model_id = await acme.assistant()
    await acme.attach(model_id)
    call_id = await acme.dial(model_id)
    for path in (f"/assistants/{model_id}", f"/calls/{call_id}"):
        await rival.ask("GET", path, status=404)
    assert (await rival.ask("GET", f"/calls?model_id={model_id}"))["response"]["calls"] == []
    await rival.ask("POST", "/calls", {"model_id": model_id, "phone": "+14155550101", "name": "x"}, 404, fits=False)
    assert (await rival.api.get(f"/v2/voices?workspace={acme.account.id}")).status_code == 403


async def test_a_key_opens_one_region_only(acme: Caller, harbour: Caller) -> None:
    await harbour.ask("GET", "/assistants/")
    for host, key in (("", harbour), ("/us", harbour), ("/eu", acme), ("/us", acme)):
        reply = await key.api.get(f"{host}/v2/assistants/")
        assert (reply.status_code, reply.json()) == (401, {"detail": "Unauthorized"})


async def test_faulty_requests(acme: Caller) -> None:
    assert (await acme.api.post("/v2/assistants", content=b"{")).status_code == 400
    assert (await acme.api.post("/v2/assistants", json=[])).status_code == 400
    unknown = await acme.api.get("/v2/knowledge-bases")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "Not Found")
    nobody = httpx.AsyncClient(base_url=acme.url)
    assert (await nobody.get("/v2/assistants/")).status_code == 401
    await nobody.aclose()
    assert (await acme.api.post("/_sandbox/speed", json={"speed": -1})).status_code == 400
    assert (await acme.api.post("/_sandbox/mischief", json={"drop": 2})).status_code == 400
    assert (await acme.api.post("/_sandbox/drift", json={"assistantId": "x"})).status_code == 404


async def test_drift(acme: Caller) -> None:
    model_id = await acme.assistant()
    await acme.developer("drift", {"assistantId": model_id, "patch": {"name": "Theirs", "agent": {"prompt": "Shout."}}})
    found = await acme.read_assistant(model_id)
    assert (found["name"], found["agent"]["prompt"], found["agent"]["llm"]) == ("Theirs", "Shout.", "gpt-4.1")
