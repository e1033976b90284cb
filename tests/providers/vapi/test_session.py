"""The session over real HTTP: what it sends, and what it makes of every answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.foundation.outbound.listener import Drop, Listener, Received, Reply, as_json
from tests.providers.vapi.examples import example
from tests.providers.vapi.schemas import Schemas
from tests.providers.vapi.specs import FULL

from inspralv.foundation.outbound import Outbound
from inspralv.foundation.outbound.breaker import Breakers
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import (
    E164,
    CallRef,
    CallStatus,
    NumberRef,
    ProviderSession,
    RemoteRef,
)
from inspralv.providers.errors import (
    BadCredentials,
    Malformed,
    Missing,
    ProviderError,
    Refused,
    Throttled,
    Unavailable,
    Unconfirmed,
)
from inspralv.providers.registry import build_registry
from inspralv.providers.vapi.provider import VapiCredentials

ASSISTANT = "2b0c6f5e-6a4d-4c0a-8f2f-9a1f4f8d7c10"
REF = RemoteRef({"assistant_id": ASSISTANT})
CALL = CallRef("01990000-0000-7000-8000-0000000c0001")
LINE = NumberRef("7c9e6679-7425-40de-944b-e07fc1f90ae7")
TO = E164("+14155550123")


async def test_the_key_is_checked_by_a_list_of_one(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json([example("assistant.response")])]
    assert (await session.check()).id == "5f1d7a3e-8c2b-4f0a-9d57-3b6c1e0f4a21"
    (asked,) = listener.received
    assert (asked.method, asked.path, asked.params) == ("GET", "/assistant", {"limit": "1"})
    assert asked.headers["authorization"] == "Bearer private-key"


async def test_an_account_without_assistants_is_fine(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json([])]
    assert (await session.check()).id is None


async def test_a_new_agent_is_created(session: ProviderSession, listener: Listener, schemas: Schemas) -> None:
    listener.script = [as_json(example("assistant.response"), 201)]
    assert await session.push_agent(FULL, None) == REF
    (asked,) = listener.received
    assert (asked.method, asked.path) == ("POST", "/assistant")
    schemas.check("CreateAssistantDTO", asked.json)


async def test_a_known_agent_is_revised_with_complete_objects(
    session: ProviderSession, listener: Listener, schemas: Schemas
) -> None:
    listener.script = [as_json(example("assistant.response"))]
    assert await session.push_agent(FULL, REF) == REF
    read, revised = listener.received
    assert (read.method, revised.method, revised.path) == ("GET", "PATCH", f"/assistant/{ASSISTANT}")
    schemas.check("UpdateAssistantDTO", revised.json)
    assert revised.json["model"]["messages"] == [{"role": "system", "content": "You are brief."}]
    assert revised.json["model"]["toolIds"] == ["9441840b-6f2f-4b0f-a0fc-de8512549a0c"]


async def test_an_agent_is_pulled_as_it_was_pushed(session: ProviderSession, listener: Listener) -> None:
    kept: dict[str, Any] = {}

    def vendor(asked: Received) -> Reply:
        if asked.method == "POST":
            kept.update(asked.json, id="a-1", orgId="o", createdAt="x", updatedAt="x")
        return as_json(kept, 201 if asked.method == "POST" else 200)

    listener.script = vendor
    ref = await session.push_agent(FULL, None)
    assert await session.pull_agent(ref) == FULL


async def test_an_agent_is_removed(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json(example("assistant.response"))]
    await session.remove_agent(REF)
    assert (listener.received[0].method, listener.received[0].path) == ("DELETE", f"/assistant/{ASSISTANT}")
    listener.script = [as_json(example("error.409.assistant-pinned"), 409)]
    with pytest.raises(Refused, match="pinned"):
        await session.remove_agent(REF)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (as_json(example("error.401"), 401), BadCredentials),
        (as_json({"message": "Forbidden"}, 403), BadCredentials),
        (Reply(403, b"<html>robots</html>", {"content-type": "text/html"}), Unavailable),
        (as_json(example("error.404"), 404), Missing),
        (as_json(example("error.429"), 429), Throttled),
        (as_json({"message": "Over Concurrency Limit"}, 400), Throttled),
        (as_json(example("error.400.validation"), 400), Refused),
        (as_json(example("error.400.single"), 400), Refused),
        (Reply(422, b"<html>"), Refused),
        (Reply(500, b""), Unavailable),
        (Reply(503, b"<html>down</html>"), Unavailable),
        (Reply(302, b"", {"location": "/elsewhere"}), Malformed),
        (Reply(200, b"<html>welcome</html>"), Malformed),
        (Reply(200, b'{"no":"list"}'), Malformed),
    ],
)
async def test_every_answer_says_what_to_do(
    session: ProviderSession, listener: Listener, reply: Reply, kind: type[ProviderError]
) -> None:
    listener.script = [reply]
    with pytest.raises(kind) as caught:
        await session.numbers()
    assert type(caught.value) is kind


async def test_the_vendors_wish_to_wait_is_passed_on(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json(example("error.429"), 429, **{"Retry-After": "17"})]
    with pytest.raises(Throttled) as caught:
        await session.numbers()
    assert caught.value.retry_after == 17


async def test_a_refusal_stands_at_our_field(session: ProviderSession, listener: Listener) -> None:
    body = {
        "message": ["voice.voiceId must be a string", "model.maxTokens must not be less than 50"],
        "statusCode": 400,
    }
    listener.script = [as_json(body, 400)]
    with pytest.raises(Refused) as caught:
        await session.push_agent(FULL, None)
    assert [field for field, _ in caught.value.problems] == ["config.voice_id", "config.model_settings.max_tokens"]


async def test_reading_is_repeated_when_the_connection_breaks(session: ProviderSession, listener: Listener) -> None:
    listener.script = [Drop(), as_json(example("call.ended.response"))]
    assert (await session.call(CALL)).status is CallStatus.COMPLETED
    assert [asked.path for asked in listener.received] == [f"/call/{CALL.id}"] * 2


async def test_a_vendor_that_keeps_failing_gets_a_rest_and_a_bad_key_does_not(listener: Listener) -> None:
    provider = build_registry(BaseUrls({"vapi": listener.url}))["vapi"]
    async with Outbound(breakers=Breakers(threshold=2, rest=60)) as http:
        session = provider.open(VapiCredentials(secret_key="k"), http)
        listener.script = [as_json(example("error.401"), 401)]
        for _ in range(5):
            with pytest.raises(BadCredentials):
                await session.check()
        listener.script = [Reply(503)]
        for _ in range(2):
            with pytest.raises(Unavailable):
                await session.check()
        before = len(listener.received)
        with pytest.raises(Unavailable) as caught:
            await session.check()
        assert caught.value.retry_after is not None
        assert len(listener.received) == before


async def test_an_outbound_call(session: ProviderSession, listener: Listener, schemas: Schemas) -> None:
    listener.script = [as_json(example("call.create.response"), 201)]
    assert await session.start_phone_call(REF, TO, LINE, {"first_name": "Dana"}) == CALL
    (asked,) = listener.received
    assert (asked.method, asked.path) == ("POST", "/call")
    schemas.check("CreateCallDTO", asked.json)
    assert asked.json["assistantId"] == ASSISTANT
    assert asked.json["phoneNumberId"] == LINE.id
    assert asked.json["customer"]["number"] == "+14155550123"
    assert asked.json["assistantOverrides"] == {"variableValues": {"first_name": "Dana"}}


@pytest.mark.parametrize("loss", [Drop(), Reply(502), Reply(201, b"<html>")])
async def test_a_call_whose_answer_was_lost_is_found_and_not_repeated(
    session: ProviderSession, listener: Listener, loss: Reply | Drop
) -> None:
    marks: list[str] = []

    def vendor(asked: Received) -> Reply | Drop:
        if asked.method == "POST":
            marks.append(asked.json["customer"]["externalId"])
            return loss
        other = example("call.create.response") | {"id": "another", "customer": {"number": TO}}
        ours = example("call.create.response") | {"customer": {"number": TO, "externalId": marks[0]}}
        return as_json([other, ours])

    listener.script = vendor
    assert await session.start_phone_call(REF, TO, LINE, {}) == CALL
    assert [asked.method for asked in listener.received] == ["POST", "GET"]


@pytest.mark.parametrize("lookup", [as_json([]), Reply(503), Reply(401)])
async def test_a_call_that_cannot_be_found_is_unconfirmed(
    session: ProviderSession, listener: Listener, lookup: Reply
) -> None:
    listener.script = [Drop(), lookup]
    with pytest.raises(Unconfirmed):
        await session.start_phone_call(REF, TO, LINE, {})
    assert [asked.method for asked in listener.received].count("POST") == 1


async def test_a_call_that_was_certainly_not_sent_may_be_repeated(http: Outbound, unused_tcp_port: int) -> None:
    provider = build_registry(BaseUrls({"vapi": f"http://127.0.0.1:{unused_tcp_port}"}))["vapi"]
    with pytest.raises(Unavailable):
        await provider.open(VapiCredentials(secret_key="k"), http).start_phone_call(REF, TO, LINE, {})


async def test_an_assistant_whose_answer_was_lost_is_adopted(session: ProviderSession, listener: Listener) -> None:
    made: list[dict[str, Any]] = []

    def vendor(asked: Received) -> Reply | Drop:
        if asked.method == "POST":
            made.append(asked.json | {"id": "made", "orgId": "o", "createdAt": "x", "updatedAt": "x"})
            return Drop()
        return as_json([example("assistant.response"), *made])

    listener.script = vendor
    assert await session.push_agent(FULL, None) == RemoteRef({"assistant_id": "made"})
    made.clear()
    listener.script = [Drop(), as_json([example("assistant.response")])]
    with pytest.raises(Unavailable):
        await session.push_agent(FULL, None)


async def test_a_web_call_uses_the_public_key_and_tells_the_page_nothing_more(
    session: ProviderSession, listener: Listener, schemas: Schemas
) -> None:
    answer = example("call.web.create.response")
    answer["assistant"] = {
        "voice": {"provider": "11labs", "voiceId": "v"},
        "server": {"headers": {"X-Vapi-Secret": "s"}},
    }
    answer["transport"]["callToken"] = "join"
    listener.script = [as_json(answer, 201)]
    ticket = await session.start_web_call(REF, {"first_name": "Dana"})
    (asked,) = listener.received
    assert (asked.path, asked.headers["authorization"]) == ("/call/web", "Bearer public-key")
    schemas.check("CreateWebCallDTO", asked.json)
    assert (ticket.client, ticket.public_key, ticket.call_id) == ("daily", "public-key", answer["id"])
    assert ticket.web_call_url == "https://vapi.daily.co/exampleRoom0000000001"
    assert ticket.raw == {
        "id": answer["id"],
        "webCallUrl": ticket.web_call_url,
        "transport": {"callToken": "join"},
        "artifactPlan": {"videoRecordingEnabled": False},
        "assistant": {"voice": {"provider": "11labs"}},
    }


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/room", "https://daily.co.evil.example/x", "https://notdaily.co/x"])
async def test_a_room_that_is_not_the_vendors_needs_the_stand_in(http: Outbound, listener: Listener, url: str) -> None:
    session = build_registry(BaseUrls({"vapi": listener.url}))["vapi"].open(VapiCredentials(secret_key="private"), http)
    listener.script = [as_json(example("call.web.create.response") | {"webCallUrl": url}, 201)]
    ticket = await session.start_web_call(REF, {})
    assert (ticket.client, ticket.public_key) == ("stand-in", None)
    assert listener.received[0].headers["authorization"] == "Bearer private"
    assert listener.received[0].json == {"assistantId": ASSISTANT}


async def test_a_web_call_without_a_room_is_malformed(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json(example("call.create.response"), 201)]
    with pytest.raises(Malformed):
        await session.start_web_call(REF, {})


async def test_a_running_call_is_ended_at_its_own_address_without_the_key(
    session: ProviderSession, listener: Listener
) -> None:
    running = example("call.create.response") | {
        "status": "in-progress",
        "monitor": {"controlUrl": f"{listener.url}/c1/control"},
    }
    listener.script = [as_json(running), Reply(200)]
    await session.end_call(CALL)
    _, command = listener.received
    assert (command.method, command.path, command.json) == ("POST", "/c1/control", {"type": "end-call"})
    assert "authorization" not in command.headers


async def test_a_call_that_is_over_cannot_be_ended(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json(example("call.ended.response"))]
    with pytest.raises(Missing):
        await session.end_call(CALL)


async def test_numbers(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json([example("phone-number.twilio.response"), example("phone-number.vapi.response")])]
    twilio, vapi = await session.numbers()
    assert (twilio.ref, twilio.number, twilio.name) == (LINE, "+14155550100", "Main line")
    assert (twilio.is_active, twilio.remote_agent_id) == (True, ASSISTANT)
    assert not vapi.is_active


async def test_voices(session: ProviderSession) -> None:
    assert "Rachel" in {voice.name for voice in await session.voices()}


def a_vendor_with(calls: list[dict[str, Any]]) -> Any:
    """Answers GET /call as the vendor does: newest first, by limit and creation time."""

    def vendor(asked: Received) -> Reply:
        rows = [
            call
            for call in sorted(calls, key=lambda call: str(call["createdAt"]), reverse=True)
            if call["createdAt"] >= asked.params["createdAtGe"]
            and call["createdAt"] <= asked.params.get("createdAtLe", "9")
            and call["createdAt"] < asked.params.get("createdAtLt", "9")
        ]
        return as_json(rows[: int(asked.params["limit"])])

    return vendor


def many_calls(count: int, per_millisecond: int) -> list[dict[str, Any]]:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    return [
        {
            "id": f"c{number:04}",
            "createdAt": (start + timedelta(milliseconds=number // per_millisecond))
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
        }
        for number in range(count)
    ]


@pytest.mark.parametrize(("count", "per_millisecond"), [(0, 1), (1, 1), (100, 1), (250, 1), (250, 7), (260, 60)])
async def test_calls_are_paged_backwards_each_once(
    session: ProviderSession, listener: Listener, count: int, per_millisecond: int
) -> None:
    listener.script = a_vendor_with(many_calls(count, per_millisecond))
    found = [call.provider_call_id async for call in session.calls(datetime(2026, 9, 1, tzinfo=UTC))]
    assert sorted(found) == [f"c{number:04}" for number in range(count)]


async def test_paging_ends_when_one_millisecond_fills_a_page(session: ProviderSession, listener: Listener) -> None:
    listener.script = a_vendor_with([*many_calls(120, 1000), {"id": "old", "createdAt": "2026-08-31T00:00:00.000Z"}])
    found = [call.provider_call_id async for call in session.calls(datetime(2026, 8, 1, tzinfo=UTC))]
    assert "old" in found
    assert len(found) == 101


async def test_regions_have_addresses_of_their_own(http: Outbound, listener: Listener) -> None:
    async with Listener() as europe:
        europe.script, listener.script = [as_json([])], [as_json([])]
        provider = build_registry(BaseUrls({"vapi": listener.url, "vapi:eu": europe.url}))["vapi"]
        await provider.open(VapiCredentials(secret_key="k", region="eu"), http).check()
        await provider.open(VapiCredentials(secret_key="k"), http).check()
        assert (len(europe.received), len(listener.received)) == (1, 1)
    one_address = build_registry(BaseUrls({"vapi": listener.url}))["vapi"]
    await one_address.open(VapiCredentials(secret_key="k", region="eu"), http).check()
    assert len(listener.received) == 2


async def test_an_agent_without_an_assistant_is_missing(session: ProviderSession) -> None:
    with pytest.raises(Missing):
        await session.pull_agent(RemoteRef({}))


def test_keys_stay_out_of_what_is_printed_and_are_marked_as_secret() -> None:
    assert "private-key" not in repr(VapiCredentials(secret_key="private-key", public_key="public-key"))
    schema = msgspec.json.schema(VapiCredentials)["$defs"]["VapiCredentials"]["properties"]
    assert schema["secret_key"]["writeOnly"] is True


@pytest.mark.parametrize("key", ["", "with space", "line\nbreak", "schlüssel"])
def test_keys_that_are_none_are_refused(key: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"secret_key": key}, VapiCredentials)
