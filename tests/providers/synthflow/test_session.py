"""The session over real HTTP: keys and regions, numbers, voices, calls, and what is made of every answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.foundation.outbound.listener import Act, Drop, Listener, Received, Reply, as_json
from tests.providers.synthflow.examples import example, single_call
from tests.providers.synthflow.schemas import Schemas
from tests.providers.synthflow.vendor import ok

from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import (
    E164,
    Ability,
    CallRef,
    CallStatus,
    NumberBinding,
    NumberImport,
    NumberRef,
    ProviderSession,
    RemoteRef,
    SipTrunk,
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
from inspralv.providers.synthflow.provider import SynthflowCredentials

AGENT = "a1b2c3d4-0001-4a00-8a00-00000000a001"
REF = RemoteRef({"outbound_id": AGENT, "inbound_id": "in-1", "widget_id": "web-1"})
CALL = CallRef("a1b2c3d4-0002-4b00-9b00-00000000c001")
LINE, TO = NumberRef("14155550100"), E164("+14155550123")
REFUSED = as_json({"detail": "Unauthorized"}, 401)


# ── Keys and regions ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_key_is_checked_by_a_list_of_one(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json(example("assistant.get.response"))]
    assert (await session.check()).id == "1700x1"
    (asked,) = listener.received
    assert (asked.method, asked.path, asked.params) == ("GET", "/v2/assistants/", {"limit": "1"})
    assert asked.headers["authorization"] == "Bearer the-key"


async def test_a_key_of_another_region_is_explained(http: Outbound) -> None:
    async with Listener() as everywhere, Listener() as america, Listener() as europe:
        urls = {"synthflow": everywhere.url, "synthflow:us": america.url, "synthflow:eu": europe.url}
        session = build_registry(BaseUrls(urls))["synthflow"].open(SynthflowCredentials(secret_key="k"), http)
        everywhere.script = america.script = [REFUSED]
        europe.script = [ok({"assistants": []})]
        with pytest.raises(BadCredentials, match="belongs to the region “Europe”"):
            await session.check()
        assert [len(one.received) for one in (everywhere, america, europe)] == [1, 1, 1]
        europe.script = [Reply(503)]
        with pytest.raises(BadCredentials, match="Unauthorized"):
            await session.check()
        with pytest.raises(BadCredentials):
            await session.numbers()
        assert len(america.received) == 2


async def test_the_chosen_region_is_asked(http: Outbound) -> None:
    async with Listener() as europe:
        urls = {"synthflow": "http://127.0.0.1:9", "synthflow:eu": europe.url}
        keys = SynthflowCredentials(secret_key="k", region="eu")
        europe.script = [ok({"assistants": []})]
        await build_registry(BaseUrls(urls))["synthflow"].open(keys, http).check()
        assert len(europe.received) == 1


def test_credentials_never_show_a_secret() -> None:
    provider = build_registry(BaseUrls())["synthflow"]
    keys = SynthflowCredentials(secret_key="sk", webhook_key="wk", account_id="a")
    assert "sk" not in repr(keys)
    assert "wk" not in repr(keys)
    assert provider.hook_secrets(keys) == ("wk",)
    assert provider.hook_secrets(SynthflowCredentials(secret_key="sk")) == ()


def test_what_cannot_be_done_is_declared() -> None:
    provider = build_registry(BaseUrls())["synthflow"]
    assert provider.abilities.isdisjoint(
        {
            Ability.PUBLISHING, Ability.END_CALLS, Ability.COSTS, Ability.SUMMARIES, Ability.LIVE_TRANSCRIPT,
            Ability.CALL_ROUTING, Ability.CALL_PROGRESS,
        }
    )  # fmt: skip
    assert provider.stand_in_url is None
    assert provider.web_call_sources == {"connect-src": "wss://widget.synthflow.ai"}


# ── Every answer ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (REFUSED, BadCredentials),
        (as_json({"error": "forbidden", "message": "no"}, 403), BadCredentials),
        (as_json(example("error.404.call"), 404), Missing),
        (as_json(example("error.404.gateway"), 404), Missing),
        (as_json({"detail": "Too many calls"}, 429), Throttled),
        (as_json(example("error.400.limit"), 400), Refused),
        (Reply(422, b"<html>"), Refused),
        (Reply(500, b""), Unavailable),
        (Reply(503, b"<html>down</html>"), Unavailable),
        (Reply(302, b"", {"location": "/elsewhere"}), Malformed),
        (Reply(200, b"<html>welcome</html>"), Malformed),
        (Reply(200, b'{"status":"ok"}'), Malformed),
        (ok({"calls": []}), Missing),
    ],
)
async def test_every_answer_says_what_to_do(
    session: ProviderSession, listener: Listener, reply: Reply, kind: type[ProviderError]
) -> None:
    listener.script = [reply]
    with pytest.raises(kind) as caught:
        await session.call(CALL)
    assert type(caught.value) is kind


async def test_the_wish_to_wait_is_passed_on(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json({"detail": "slow down"}, 429, **{"Retry-After": "17"})]
    with pytest.raises(Throttled) as caught:
        await session.call(CALL)
    assert caught.value.retry_after == 17


async def test_the_key_is_blotted_out_of_what_is_repeated(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json({"detail": "the key the-key is wrong"}, 401)]
    with pytest.raises(BadCredentials) as caught:
        await session.call(CALL)
    assert "the-key" not in str(caught.value)


# ── Telephone calls ────────────────────────────────────────────────────────────────────────────────────────────────
def dialled(listener: Listener) -> list[Received]:
    return [asked for asked in listener.received if asked.path == "/v2/calls" and asked.method == "POST"]


def phone(post: Act, *, attached: bool = True, calls: Any = None) -> Any:
    """A vendor with one assistant; `calls` are those it lists, the first of which carries the mark it was given."""
    marks: list[str] = []

    def vendor(asked: Received) -> Act:
        if asked.path == f"/v2/assistants/{AGENT}":
            body = example("assistant.get.response")
            if not attached:
                body["response"]["assistants"][0]["attached_phone_numbers"] = []
            return as_json(body)
        if asked.path.endswith("/phone_numbers"):
            return as_json({"status": "ok"})
        if asked.method == "POST":
            marks.extend(one["value"] for one in asked.json["custom_variables"] if one["key"] == "call_mark")
            return post
        if asked.path == "/v2/calls":
            rows = calls if calls is not None else example("call.list.response")["response"]["calls"]
            return ok({"calls": rows, "pagination": {"total_records": len(rows)}})
        mine = asked.path.rpartition("/")[2] == CALL.id
        return as_json(single_call("call.get.response", prompt_variables={"call_mark": marks[0] if mine else "other"}))

    return vendor


async def test_an_outbound_call(session: ProviderSession, listener: Listener, schemas: Schemas) -> None:
    listener.script = phone(as_json(example("call.create.response")))
    assert await session.start_phone_call(REF, TO, LINE, {"first_name": "Dana", "last_name": "Lee"}, "m-1") == CALL
    (asked,) = dialled(listener)
    schemas.request("POST", asked.path, {}, asked.json)
    assert asked.json == {
        "model_id": AGENT, "phone": "+14155550123", "name": "Dana Lee", "from_phone_number": "+14155550100",
        "custom_variables": [
            {"key": "first_name", "value": "Dana"}, {"key": "last_name", "value": "Lee"},
            {"key": "call_mark", "value": "m-1"},
        ],
    }  # fmt: skip


async def test_a_number_is_attached_before_it_calls(
    session: ProviderSession, listener: Listener, schemas: Schemas
) -> None:
    listener.script = phone(as_json(example("call.create.response")), attached=False)
    await session.start_phone_call(REF, TO, LINE, {})
    _, attached, call = listener.received
    schemas.request(attached.method, attached.path, {}, attached.json)
    assert attached.json == {"phone_numbers": ["+14155550100"]}
    assert call.json["name"] == "+14155550123"


@pytest.mark.parametrize("loss", [Drop(), Reply(502), Reply(200, b"<html>")])
async def test_a_call_whose_answer_was_lost_is_found_and_not_repeated(
    session: ProviderSession, listener: Listener, loss: Any
) -> None:
    rows = example("call.list.response")["response"]["calls"]
    others = [rows[0] | {"call_id": "another"}, rows[0] | {"call_id": "elsewhere", "phone_number_to": "+14155550000"}]
    listener.script = phone(loss, calls=[*others, *rows])
    assert await session.start_phone_call(REF, TO, LINE, {}, "m-1") == CALL
    assert len(dialled(listener)) == 1


@pytest.mark.parametrize("loss", [Drop(), Reply(502)])
async def test_a_call_that_cannot_be_found_is_unconfirmed(
    session: ProviderSession, listener: Listener, loss: Any
) -> None:
    listener.script = phone(loss, calls=[])
    with pytest.raises(Unconfirmed):
        await session.start_phone_call(REF, TO, LINE, {})
    assert len(dialled(listener)) == 1


async def test_a_refused_call_stands_at_its_field(session: ProviderSession, listener: Listener) -> None:
    listener.script = phone(as_json({"detail": {"description": "phone is not valid"}}, 400))
    with pytest.raises(Refused) as caught:
        await session.start_phone_call(REF, TO, LINE, {})
    assert caught.value.field == "to"


async def test_no_call_can_be_ended(session: ProviderSession, listener: Listener) -> None:
    with pytest.raises(Refused, match="no way to end"):
        await session.end_call(CALL)
    assert listener.received == []


# ── Lists of calls ─────────────────────────────────────────────────────────────────────────────────────────────────
def an_account_with(calls: dict[str, list[dict[str, Any]]]) -> Any:
    """Calls by assistant; lists are cut as the vendor cuts them."""

    def vendor(asked: Received) -> Act:
        if asked.path == "/v2/assistants/":
            rows = [{"model_id": name, "type": "outbound" if name != "web" else "widget"} for name in calls]
            return ok({"assistants": rows, "pagination": {"total_records": len(rows)}})
        limit, offset = int(asked.params["limit"]), int(asked.params["offset"])
        assert 1 <= limit <= 100
        rows = [
            call
            for call in calls[asked.params["model_id"]]
            if int(call["start_time"]) >= int(asked.params["from_date"])
        ]
        return ok({"calls": rows[offset : offset + limit], "pagination": {"total_records": len(rows)}})

    return vendor


@pytest.mark.parametrize("count", [0, 1, 100, 101, 250])
async def test_calls_are_listed_agent_by_agent_newest_first_each_once(
    session: ProviderSession, listener: Listener, count: int
) -> None:
    base = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp() * 1000)
    calls = {
        name: [
            {
                "call_id": f"{name}-{n}",
                "model_id": name,
                "start_time": str(base + 7 * n + m),
                "call_status": "completed",
            }
            for n in range(count)
        ]
        for m, name in enumerate(("a", "b", "web"))
    }
    listener.script = an_account_with(calls)
    found = [call async for call in session.calls(datetime(2026, 9, 1, tzinfo=UTC))]
    assert len({call.provider_call_id for call in found}) == len(found) == 3 * count
    times = [call.created_at for call in found]
    assert times == sorted(times, key=str, reverse=True)
    assert sum(call.type.value == "web" for call in found) == count
    later = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(milliseconds=7)
    assert all((call.created_at or later) >= later for call in [one async for one in session.calls(later)])


async def test_a_fresh_call_is_asked_for_its_mark(session: ProviderSession, listener: Listener) -> None:
    fresh = str(int(datetime.now(UTC).timestamp() * 1000))
    row = example("call.list.response")["response"]["calls"][0] | {"start_time": fresh}
    listed = an_account_with({AGENT: [row]})

    def vendor(asked: Received) -> Act:
        if asked.path == f"/v2/calls/{CALL.id}":
            return as_json(single_call("call.get.response", start_time=fresh, prompt_variables={"call_mark": "m-9"}))
        return listed(asked)  # type: ignore[no-any-return]

    listener.script = vendor
    (report,) = [call async for call in session.calls(datetime.now(UTC) - timedelta(minutes=5))]
    assert (report.mark, report.status) == ("m-9", CallStatus.COMPLETED)


# ── Numbers and voices ─────────────────────────────────────────────────────────────────────────────────────────────
def lines(*, inbound_has: list[str]) -> Any:
    def vendor(asked: Received) -> Act:
        if asked.path == "/v2/assistants/":
            rows = [
                {"model_id": "in-1", "type": "inbound", "attached_phone_numbers": [{"number": n} for n in inbound_has]},
                {"model_id": "in-2", "type": "inbound", "attached_phone_numbers": [{"number": "+14155550177"}]},
                {"model_id": AGENT, "type": "outbound", "attached_phone_numbers": [{"number": "+14155550100"}]},
            ]
            return ok({"assistants": rows, "pagination": {"total_records": 3}})
        if asked.path == "/v2/numbers":
            assert asked.params["workspace"] == "1700x1"
            rows = [{"number": "+14155550100", "sid": None, "is_available": True}]
            return ok({"phone_numbers": rows, "pagination": {"total_records": 1}})
        if asked.path == f"/v2/assistants/{AGENT}":
            return as_json(example("assistant.get.response"))
        return ok({"key": "k", "phone_number": "+14155550188"})

    return vendor


async def test_numbers_are_those_of_the_list_and_those_in_use(session: ProviderSession, listener: Listener) -> None:
    listener.script = lines(inbound_has=["+14155550100"])
    found = {number.ref.id: number.remote_agent_id for number in await session.numbers()}
    assert found == {"14155550100": "in-1", "14155550177": "in-2"}


async def test_without_the_id_of_the_account(http: Outbound, listener: Listener) -> None:
    listener.script = lines(inbound_has=[])
    keys = SynthflowCredentials(secret_key="k")
    session = build_registry(BaseUrls({"synthflow": listener.url}))["synthflow"].open(keys, http)
    assert {number.ref.id for number in await session.numbers()} == {"14155550100", "14155550177"}
    for asking in (session.voices(), session.import_number(NumberImport(number=TO, trunk=TRUNK))):
        with pytest.raises(Refused, match="workspace ID") as caught:
            await asking
        assert caught.value.field == "account_id"


TRUNK = SipTrunk(
    host="sip.example.com", port=5080, transport="tls", username="u", password="p", outbound_proxy="proxy.example.com",
    register=True, registration_expiry=7200,
)  # fmt: skip


async def test_a_number_of_ones_own(session: ProviderSession, listener: Listener, schemas: Schemas) -> None:
    listener.script = lines(inbound_has=[])
    made = await session.import_number(NumberImport(number=E164("+14155550188"), name="Main", trunk=TRUNK))
    assert made.ref == NumberRef("14155550188")
    asked = listener.received[-1]
    schemas.request(asked.method, asked.path, {}, asked.json)
    assert asked.json["termination_uri"] == "sip.example.com:5080;transport=tls"
    assert (asked.json["uac_enabled"], asked.json["uac_register_expires"]) == (True, 3600)
    known = await session.import_number(NumberImport(number=E164("+14155550177"), trunk=TRUNK))
    assert known.remote_agent_id == "in-2"


async def test_a_number_is_answered_by_one_agent(
    session: ProviderSession, listener: Listener, schemas: Schemas
) -> None:
    listener.script = lines(inbound_has=["+14155550100"])
    other = RemoteRef({"outbound_id": AGENT, "inbound_id": "in-2"})
    await session.bind_number(LINE, NumberBinding(inbound=other, outbound=other))
    changes = [asked for asked in listener.received if asked.method != "GET"]
    for asked in changes:
        schemas.request(asked.method, asked.path, {}, asked.json if asked.body else None)
    assert [f"{asked.method} {asked.path}" for asked in changes] == [
        "DELETE /v2/assistants/in-1/phone_numbers/14155550100", "PUT /v2/assistants/in-2"
    ]  # fmt: skip
    assert changes[-1].json == {"phone_number": "+14155550100"}
    with pytest.raises(Missing):
        await session.bind_number(NumberRef("19999999999"), NumberBinding())


async def test_voices_of_every_maker_page_by_page(session: ProviderSession, listener: Listener) -> None:
    def vendor(asked: Received) -> Act:
        maker, offset = asked.params["provider"], int(asked.params["offset"])
        total = 130 if maker == "elevenlabs" else 1
        rows = [
            {
                "voice_id": f"{maker}-{n}", "name": None if n else "Rachel", "provider": maker, "gender": "neutral",
                "languages": ["english", "en-US", "Klingon!", "german"], "preview": "",
            }
            for n in range(offset, min(total, offset + 100))
        ]  # fmt: skip
        return ok({"voices": rows, "pagination": {"total_records": total}})

    listener.script = vendor
    found = await session.voices()
    assert len(found) == len({voice.id for voice in found}) == 132
    assert {voice.provider for voice in found} == {"elevenlabs", "deepgram", "synthflow"}
    assert (found[0].name, found[0].gender, found[0].preview_url) == ("Rachel", None, None)
    assert found[0].languages == ("en", "en-US", "de")


# ── Calls from the browser ─────────────────────────────────────────────────────────────────────────────────────────
async def test_a_session_of_the_widget(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json(example("widget.token.response"))]
    ticket = await session.start_web_call(REF, {})
    (asked,) = listener.received
    assert (asked.method, asked.path) == ("GET", "/websocket/token/web-1")
    assert (ticket.client, ticket.call_id) == ("pcm-socket", None)
    assert ticket.web_call_url == "wss://widget.synthflow.ai/websocket/start?token=abc"
    assert ticket.raw == {"sentRate": 48000, "heardRate": 16000}


@pytest.mark.parametrize("body", [{}, {"sessionURL": 3}, {"sessionURL": "https://x"}, {"sessionURL": ""}])
async def test_a_session_without_an_address_is_malformed(
    session: ProviderSession, listener: Listener, body: dict[str, Any]
) -> None:
    listener.script = [as_json(body)]
    with pytest.raises(Malformed):
        await session.start_web_call(REF, {})


async def test_an_agent_without_a_widget_is_missing(session: ProviderSession) -> None:
    with pytest.raises(Missing):
        await session.start_web_call(RemoteRef({"outbound_id": AGENT}), {})
