"""Every endpoint's answers have the vendor's shapes, and the contract's example requests are accepted."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.conftest import Sandbox
from tests.providers.vapi.examples import example
from tests.providers.vapi.schemas import Schemas
from tests.sandbox.caller import Body, Caller

from inspralv.sandbox.options import RIVAL

OBSERVED = {"transcript", "recordingUrl", "summary", "webCallUrl", "subscriptionLimits"}  # not in the vendor's document
NOBODY = "01990000-0000-7000-8000-00000000dead"


def check_call(schemas: Schemas, call: Body) -> None:
    schemas.check("Call", {name: value for name, value in call.items() if name not in OBSERVED})


async def test_an_assistant_lives(vapi: Caller, schemas: Schemas) -> None:
    made = await vapi.ask("POST", "/assistant", example("assistant.create.request"))
    schemas.check("Assistant", made)
    path = f"/assistant/{made['id']}"
    assert await vapi.ask("GET", path) == made
    assert await vapi.ask("GET", "/assistant?limit=1") == [made]
    change = example("assistant.update.request")
    changed = await vapi.ask("PATCH", path, change)
    schemas.check("Assistant", changed)
    assert {name: changed[name] for name in change} == change
    assert changed["updatedAt"] >= made["updatedAt"]
    gone = await vapi.ask("DELETE", path)
    schemas.check("Assistant", gone)
    assert gone["id"] == made["id"]
    assert await vapi.ask("GET", "/assistant") == []
    await vapi.ask("DELETE", path, status=404)


async def test_a_change_replaces_what_it_names_as_a_whole(vapi: Caller) -> None:
    made = await vapi.assistant()
    model = {"provider": "openai", "model": "gpt-4.1-mini", "toolIds": ["t"]}
    changed = await vapi.ask("PATCH", f"/assistant/{made['id']}", {"model": model, "firstMessage": None})
    assert changed["model"] == model
    assert "firstMessage" not in changed
    assert changed["voice"] == made["voice"]


async def test_a_phone_call_lives(vapi: Caller, schemas: Schemas) -> None:
    assistant = await vapi.assistant()
    asked = example("call.create.request") | {
        "assistantId": assistant["id"],
        "phoneNumberId": vapi.sandbox.phone_number_id,
    }
    placed = await vapi.ask("POST", "/call", asked)
    check_call(schemas, placed)
    assert placed["customer"] == asked["customer"]
    assert placed["status"] == "queued"
    assert set(placed["subscriptionLimits"]) == {
        "concurrencyBlocked", "concurrencyLimit", "remainingConcurrentCalls"
    }  # fmt: skip
    await vapi.report(placed)
    ended = await vapi.read(placed)
    check_call(schemas, ended)
    assert ended["transcript"] == ended["artifact"]["transcript"]
    (listed,) = await vapi.ask("GET", f"/call?assistantId={assistant['id']}")
    assert listed == ended
    assert listed["customer"]["externalId"] == "lead_42"
    renamed = await vapi.ask("PATCH", f"/call/{placed['id']}", {"name": "Follow-up"})
    check_call(schemas, renamed)
    assert renamed["name"] == "Follow-up"
    check_call(schemas, await vapi.ask("DELETE", f"/call/{placed['id']}"))
    await vapi.ask("GET", f"/call/{placed['id']}", status=404)


async def test_calls_in_a_batch(vapi: Caller, schemas: Schemas) -> None:
    assistant = await vapi.assistant()
    asked = example("call.create.batch.request") | {
        "assistantId": assistant["id"],
        "phoneNumberId": vapi.sandbox.phone_number_id,
    }
    answer = await vapi.ask("POST", "/call", asked)
    schemas.check("CallBatchResponse", answer)
    assert [call["customer"] for call in answer["results"]] == asked["customers"]
    for call in answer["results"]:
        await vapi.report(call)
    ids = [call["id"] for call in answer["results"]]
    await vapi.ask("DELETE", f"/call/{ids[0]}", {"ids": ids})
    assert await vapi.ask("GET", "/call") == []


async def test_a_web_call_opens_with_the_public_key(vapi: Caller, schemas: Schemas) -> None:
    assistant = await vapi.assistant()
    asked = example("call.web.create.request") | {"assistantId": assistant["id"]}
    key = {"authorization": f"Bearer {vapi.sandbox.public_key}"}
    answer = await vapi.api.post("/call/web", json=asked, headers=key)
    assert answer.status_code == 201
    check_call(schemas, answer.json())
    assert answer.json()["webCallUrl"].startswith(f"{vapi.sandbox.url}/web-call/")
    inline = await vapi.ask("POST", "/call/web", {"assistant": example("assistant.create.request")})
    check_call(schemas, inline)


async def test_phone_numbers(vapi: Caller, schemas: Schemas) -> None:
    (seeded,) = await vapi.ask("GET", "/phone-number")
    schemas.check("VapiPhoneNumber", seeded)
    twilio = await vapi.ask("POST", "/phone-number", example("phone-number.twilio.create.request"))
    schemas.check("TwilioPhoneNumber", twilio)
    assert "twilioAuthToken" not in twilio
    bought = [await vapi.ask("POST", "/phone-number", example("phone-number.vapi.create.request")) for _ in range(2)]
    for one in bought:
        schemas.check("VapiPhoneNumber", one)
        assert one["status"] == "activating"
        assert (await vapi.ask("GET", f"/phone-number/{one['id']}"))["status"] == "active"
    assert len({one["number"] for one in bought}) == 2
    change = example("phone-number.attach-assistant.request")
    attached = await vapi.ask("PATCH", f"/phone-number/{twilio['id']}", change)
    schemas.check("TwilioPhoneNumber", attached)
    assert attached["assistantId"] == change["assistantId"]
    detached = await vapi.ask("PATCH", f"/phone-number/{twilio['id']}", {"provider": "twilio", "assistantId": None})
    schemas.check("TwilioPhoneNumber", detached)
    page = await vapi.ask("GET", "/v2/phone-number?page=2&limit=3")
    schemas.check("PhoneNumberPaginatedResponse", page)
    assert [one["id"] for one in page["results"]] == [seeded["id"]]
    await vapi.ask("DELETE", f"/phone-number/{twilio['id']}")
    await vapi.ask("GET", f"/phone-number/{twilio['id']}", status=404)


async def test_files(vapi: Caller, schemas: Schemas) -> None:
    sent = {"file": ("faq.md", b"# Questions", "text/markdown")}
    answer = await vapi.api.post("/file", files=sent, data={"purpose": "assistant"})
    assert answer.status_code == 201
    made = answer.json()
    schemas.check("File", made)
    assert (made["bytes"], made["status"], made["originalName"]) == (11, "done", "faq.md")
    assert await vapi.ask("GET", "/file?purpose=assistant") == [made]
    assert (await vapi.ask("PATCH", f"/file/{made['id']}", {"name": "Answers"}))["name"] == "Answers"
    await vapi.ask("DELETE", f"/file/{made['id']}")
    await vapi.ask("GET", f"/file/{made['id']}", status=404)
    assert (await vapi.api.post("/file", data={"purpose": "assistant"})).status_code == 400


async def test_lists_are_narrowed_and_newest_first(vapi: Caller) -> None:
    made = [await vapi.assistant(name=f"Number {n}") for n in range(4)]
    names = [one["name"] for one in await vapi.ask("GET", "/assistant")]
    assert names == ["Number 3", "Number 2", "Number 1", "Number 0"]
    assert [one["name"] for one in await vapi.ask("GET", "/assistant?limit=2")] == names[:2]
    bounds = {
        "createdAtGe": lambda at: at >= made[1]["createdAt"],
        "createdAtGt": lambda at: at > made[1]["createdAt"],
        "createdAtLe": lambda at: at <= made[1]["createdAt"],
        "createdAtLt": lambda at: at < made[1]["createdAt"],
    }
    for name, fits in bounds.items():
        found = await vapi.ask("GET", f"/assistant?{name}={made[1]['createdAt']}")
        assert {one["id"] for one in found} == {one["id"] for one in made if fits(one["createdAt"])}, name
    for query in ("limit=1001", "limit=many", "createdAtGe=yesterday"):
        await vapi.ask("GET", f"/assistant?{query}", status=400)


async def test_keys_do_not_cross(vapi: Caller, rival: httpx.AsyncClient) -> None:
    assistant = await vapi.assistant()
    call = await vapi.dial(assistant)
    await vapi.report(call)
    for path in (f"/assistant/{assistant['id']}", f"/call/{call['id']}", f"/call/{call['id']}/mono-recording"):
        assert (await rival.get(path)).status_code == 404, path
    assert (await rival.get("/assistant")).json() == []
    assert (await rival.delete(f"/assistant/{assistant['id']}")).status_code == 404
    asked = {"assistantId": assistant["id"], "phoneNumberId": RIVAL.phone_number_id}
    assert (await rival.post("/call", json=asked | {"customer": {"number": "+14155550101"}})).status_code == 400
    assert (await rival.post("/call/web", json={"assistantId": assistant["id"]})).status_code == 400
    mine = {"assistantId": assistant["id"], "phoneNumberId": RIVAL.phone_number_id, "customer": {"number": "+14155551"}}
    await vapi.ask("POST", "/call", mine, 404)


async def test_a_credential_of_somebody_else_signs_nothing(vapi: Caller, rival: httpx.AsyncClient) -> None:
    plan = {"type": "bearer", "token": "theirs"}
    body = {"provider": "custom-credential", "authenticationPlan": plan}
    credential = (await rival.post("/credential", json=body)).json()
    await vapi.call(server={"url": f"{vapi.hooks.url}/hook", "credentialId": credential["id"]})
    assert not any("authorization" in received.headers for received in vapi.deliveries())


@pytest.mark.parametrize("key", ["", "Bearer wrong", "Bearer sandbox-public-key-acme", "sandbox-private-key-acme"])
async def test_a_wrong_key_is_answered_as_the_contract_says(sandbox: Sandbox, key: str) -> None:
    for method, path in [("GET", "/assistant"), ("POST", "/call"), ("GET", "/call"), ("POST", "/phone-number")]:
        answer = await sandbox.api.request(method, path, headers={"authorization": key})
        assert (answer.status_code, answer.json()) == (401, example("error.401")), path


@pytest.mark.parametrize("path", ["/assistant", "/call", "/phone-number", "/file"])
async def test_an_unknown_id_is_not_found(vapi: Caller, path: str) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        refusal = await vapi.ask(method, f"{path}/{NOBODY}", {"name": "x"} if method == "PATCH" else None, 404)
        assert (refusal["error"], refusal["statusCode"]) == ("Not Found", 404)


async def test_a_browser_may_ask_from_another_origin(vapi: Caller) -> None:
    ask = {"origin": "http://acme.localhost", "access-control-request-method": "POST"}
    ask |= {"access-control-request-headers": "authorization,content-type"}
    answer = await vapi.api.options("/call/web", headers=ask)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"authorization", "content-type"} <= set(answer.headers["access-control-allow-headers"].split(", "))


REFUSED: list[tuple[str, Any, list[str]]] = [
    ("/assistant", {"foo": 1}, ["property foo should not exist"]),
    ("/assistant", {"name": "x" * 41}, ["name must be shorter than or equal to 40 characters"]),
    ("/assistant", {"name": 7, "bar": 2}, ["property bar should not exist", "name must be a string"]),
    ("/assistant", {"maxDurationSeconds": 9}, ["maxDurationSeconds must not be less than 10"]),
    ("/assistant", {"maxDurationSeconds": 43201}, ["maxDurationSeconds must not be greater than 43200"]),
    ("/assistant", {"maxDurationSeconds": "long"},
     ["maxDurationSeconds must be a number conforming to the specified constraints"]),
    ("/assistant", {"model": {"provider": "openai"}}, ["model.model should not be empty"]),
    ("/assistant", {"model": {"provider": "openai", "model": "gpt-4.1", "temperature": 3}},
     ["model.temperature must not be greater than 2"]),
    ("/assistant", {"voice": {"provider": "11labs"}}, ["voice.voiceId should not be empty"]),
    ("/assistant", {"voice": {"provider": "11labs", "voiceId": "missing-1"}},
     ["voice.voiceId missing-1 was not found at 11labs"]),
    ("/assistant", {"server": {"url": "nowhere"}}, ["server.url must be a URL address"]),
    ("/assistant", {"server": {"url": "https://a.example", "secret": "s"}}, ["server.property secret should not exist"]),
    ("/call", {"assistantId": "x", "metadata": {}}, ["property metadata should not exist"]),
    ("/call", {"foo": 1, "customer": {"number": "12"}}, example("error.400.validation")["message"]),
    ("/call", {"assistantId": "x", "customer": {"number": "+14155550101", "externalId": "x" * 41}},
     ["customer.externalId must be shorter than or equal to 40 characters"]),
    ("/call", {"assistantId": "x", "customer": {"phone": "1"}}, ["customer.property phone should not exist"]),
    ("/call", {"assistantId": "x", "customers": []}, ["customers must be a non-empty array"]),
    ("/call", {"assistantId": "x", "schedulePlan": {"earliestAt": "soon"}},
     ["schedulePlan.earliestAt must be a valid ISO 8601 date string"]),
    ("/call", {"assistantId": "x", "assistantOverrides": {"prompt": "p"}},
     ["assistantOverrides.property prompt should not exist"]),
    ("/call/web", {"assistantId": "x", "customer": {}}, ["property customer should not exist"]),
    ("/phone-number", {"provider": "twilio", "number": "+14155550100"}, ["twilioAccountSid should not be empty"]),
    ("/phone-number", {"provider": "vapi", "color": "red"}, ["property color should not exist"]),
    ("/phone-number", {"provider": "vapi", "numberDesiredAreaCode": "99"},
     ["numberDesiredAreaCode must be a valid US area code"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "faults"), REFUSED)
async def test_what_does_not_belong_is_refused(vapi: Caller, path: str, body: Any, faults: list[str]) -> None:
    refusal = await vapi.ask("POST", path, body, 400)
    assert refusal == {"message": faults, "error": "Bad Request", "statusCode": 400}


@pytest.mark.parametrize("part", ["model", "voice", "transcriber"])
async def test_an_unknown_maker_is_refused(vapi: Caller, part: str) -> None:
    (fault,) = (await vapi.ask("POST", "/assistant", {part: {"provider": "acme"}}, 400))["message"]
    assert fault.startswith(f"{part}.provider must be one of the following values: ")


async def test_messages_and_modes_that_do_not_exist_are_refused(vapi: Caller) -> None:
    body = {"serverMessages": ["status-update", "gossip"], "firstMessageMode": "shout"}
    faults = (await vapi.ask("POST", "/assistant", body, 400))["message"]
    assert [fault.partition(" must")[0] for fault in faults] == ["firstMessageMode", "each value in serverMessages"]


async def test_a_call_needs_an_assistant_a_line_and_a_customer(vapi: Caller) -> None:
    assert await vapi.ask("POST", "/call", {}, 400) == example("error.400.single")
    assistant = {"assistantId": (await vapi.assistant())["id"]}
    no_line = await vapi.ask("POST", "/call", assistant, 400)
    assert no_line["message"] == "Need Either `phoneNumberId` Or `phoneNumber`."
    no_customer = await vapi.ask("POST", "/call", assistant | {"phoneNumberId": vapi.sandbox.phone_number_id}, 400)
    assert no_customer["message"] == ["customer.number should not be empty"]
    assert (await vapi.ask("POST", "/call", {"assistantId": NOBODY}, 400))["message"].startswith("Couldn't Find")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"'])
async def test_a_body_that_is_no_object_is_refused(vapi: Caller, body: bytes) -> None:
    for path in ("/assistant", "/call", "/call/web", "/phone-number", "/credential"):
        assert (await vapi.api.post(path, content=body)).status_code == 400, path


async def test_secrets_are_taken_and_never_shown(vapi: Caller) -> None:
    secret = "planted-carrier-token"  # noqa: S105
    body = {"provider": "twilio", "number": "+14155550177", "twilioAccountSid": "AC1", "twilioAuthToken": secret}
    line = await vapi.ask("POST", "/phone-number", body)
    changed = await vapi.ask("PATCH", f"/phone-number/{line['id']}", {"provider": "twilio", "twilioAuthToken": secret})
    plan = {"type": "bearer", "token": secret}
    credential = await vapi.ask("POST", "/credential", {"provider": "custom-credential", "authenticationPlan": plan})
    assert credential["authenticationPlan"] == {"type": "bearer"}
    assert secret not in str([line, changed, credential, await vapi.ask("GET", "/phone-number")])


@pytest.mark.parametrize("path", ["drift", "inbound", "speed", "mischief"])
async def test_the_developers_side_refuses_a_list(vapi: Caller, path: str) -> None:
    await vapi.ask("POST", f"/_sandbox/{path}", [], 400)
