"""One contract, every provider: the same cases over real HTTP against each one's emulator.

What a provider lacks is declared in its abilities and options, and is tested as absent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import httpx
import msgspec
import pytest
from tests.conftest import SANDBOX_URL, Sandbox
from tests.foundation.outbound.listener import Listener
from tests.providers.bench_of import GREETING, MARKS, PROMPT, Bench, is_over, until

from inspralv.foundation.outbound import Outbound
from inspralv.foundation.outbound.certificates import certificates
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import (
    E164,
    Ability,
    AgentSpec,
    CallFinished,
    CallProgressed,
    CallStatus,
    CallType,
    Ignored,
    NumberBinding,
    NumberImport,
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
)
from inspralv.providers.registry import build_registry

REGISTRY = build_registry(BaseUrls({"*": f"{SANDBOX_URL}/*"}))
ANSWERED, NO_ANSWER, BUSY = E164("+14155550101"), E164("+14155550104"), E164("+14155550105")
TRUNK = SipTrunk(host="sip.example.com", username="acme", password="a trunk's password")  # noqa: S106


@pytest.fixture(params=list(REGISTRY))
async def bench(request: pytest.FixtureRequest, sandbox: Sandbox) -> AsyncIterator[Bench]:
    """A provider whose emulator has forgotten everything and plays calls as fast as it can."""
    assert sandbox
    url = f"{SANDBOX_URL}/{request.param}"
    async with (
        Outbound() as http,
        Listener() as hooks,
        httpx.AsyncClient(base_url=url, timeout=30, verify=certificates()) as api,
    ):
        bench = Bench(REGISTRY[request.param], http, url, hooks, api)
        await bench.reset()
        yield bench
        await bench.reset()


def known(spec: AgentSpec) -> dict[str, Any]:
    """What a pull can give back of what was pushed: all but the secret, which is ours and never told."""
    fields: dict[str, Any] = msgspec.to_builtins(spec)
    (fields["webhook"] or {}).pop("secret", None)
    return fields


# ── Agents ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_key_that_works_and_one_that_does_not(bench: Bench) -> None:
    await bench.session().check()
    with pytest.raises(BadCredentials):
        await bench.session(secret_key="nobody-has-this-key").check()


async def test_pull_is_what_was_pushed(bench: Bench) -> None:
    session, spec = bench.session(), bench.spec()
    ref = await session.push_agent(spec, None)
    pulled = await session.pull_agent(ref)
    assert known(pulled) == known(spec)
    assert pulled.system_prompt == PROMPT
    assert pulled.greeting == GREETING


async def test_an_edit_reaches_the_same_agent_and_changes_nothing_else(bench: Bench) -> None:
    session, spec = bench.session(), bench.spec()
    ref = await session.push_agent(spec, None)
    edited = msgspec.structs.replace(spec, system_prompt="Be very brief.", greeting="Hello!", variables={})
    again = await session.push_agent(edited, ref)
    assert bench.provider.agent_ids_of(again)[0] == bench.provider.agent_ids_of(ref)[0]
    assert known(await session.pull_agent(again)) == known(edited)


async def test_pushing_again_changes_nothing(bench: Bench) -> None:
    session, spec = bench.session(), bench.spec()
    ref = await session.push_agent(spec, None)
    before = await session.pull_agent(ref)
    for _ in range(3):
        assert await session.push_agent(spec, ref) == ref
    assert await session.pull_agent(ref) == before


async def test_tools_that_go_are_gone(bench: Bench) -> None:
    session, spec = bench.session(), bench.spec()
    ref = await session.push_agent(spec, None)
    bare = msgspec.structs.replace(spec, tools=())
    ref = await session.push_agent(bare, ref)
    assert (await session.pull_agent(ref)).tools == ()


async def test_removing(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    await session.remove_agent(ref)
    with pytest.raises(Missing):
        await session.remove_agent(ref)
    with pytest.raises(Missing):
        await session.pull_agent(ref)
    with pytest.raises(Missing):
        await session.push_agent(bench.spec(), ref)


async def test_an_agent_of_another_account_is_missing(bench: Bench) -> None:
    ref = await bench.session().push_agent(bench.spec(), None)
    stranger = bench.session(bench.customers.rival)
    with pytest.raises(Missing):
        await stranger.pull_agent(ref)
    with pytest.raises(Missing):
        await stranger.remove_agent(ref)
    assert (await bench.session().pull_agent(ref)).name == "Front desk"


async def test_an_agent_whose_making_was_never_confirmed_is_found_or_left_no_trace(bench: Bench) -> None:
    session, since = bench.session(), datetime.now(UTC)
    await bench.mischief(lost_answers=1)
    try:
        ref: RemoteRef | None = await session.push_agent(bench.spec(), None)
    except ProviderError:
        await bench.mischief()
        ref = await session.find_agent(MARKS, since)
    await bench.mischief()
    ref = await session.push_agent(bench.spec(), ref)
    assert await session.find_agent(MARKS, since) == ref
    await session.remove_agent(ref)
    assert await session.find_agent(MARKS, since) is None


async def test_marks_of_others_are_not_ours(bench: Bench) -> None:
    session, since = bench.session(), datetime.now(UTC)
    await session.push_agent(bench.spec(), None)
    assert await session.find_agent({**MARKS, "agent_id": "0199a0f0-0000-7000-8000-00000000000c"}, since) is None


# ── Bad days ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_bad_key_everywhere(bench: Bench) -> None:
    ref = await bench.session().push_agent(bench.spec(), None)
    stranger = bench.session(secret_key="nobody-has-this-key")
    for asking in (
        stranger.push_agent(bench.spec(), None), stranger.push_agent(bench.spec(), ref), stranger.pull_agent(ref),
        stranger.remove_agent(ref), stranger.numbers(),
    ):  # fmt: skip
        with pytest.raises(BadCredentials):
            await asking


async def test_throttled_says_how_long(bench: Bench) -> None:
    ref = await bench.session().push_agent(bench.spec(), None)
    await bench.mischief(fail=[{"status": 429, "times": 1, "retry_after": 7}])
    with pytest.raises(Throttled) as caught:
        await bench.session().pull_agent(ref)
    assert caught.value.retry_after == 7


async def test_an_outage_passes(bench: Bench) -> None:
    ref = await bench.session().push_agent(bench.spec(), None)
    await bench.mischief(outage=True)
    for asking in (bench.session().pull_agent(ref), bench.session().push_agent(bench.spec(name="New"), ref)):
        with pytest.raises(Unavailable):
            await asking
    await bench.mischief()
    async with Outbound() as rested:  # the breaker of the first one is open now
        session = Bench(bench.provider, rested, bench.url, bench.hooks, bench.api).session()
        assert (await session.pull_agent(ref)).name == "Front desk"


async def test_a_slow_answer_is_waited_for(bench: Bench) -> None:
    ref = await bench.session().push_agent(bench.spec(), None)
    await bench.mischief(slow_seconds=0.3)
    assert (await bench.session().pull_agent(ref)).name == "Front desk"


async def test_an_answer_that_cannot_be_read_is_malformed(bench: Bench) -> None:
    ref = await bench.session().push_agent(bench.spec(), None)
    await bench.mischief(garbled_answers=10)
    with pytest.raises(Malformed):
        await bench.session().pull_agent(ref)


async def test_fields_that_nobody_knows_are_passed_over(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    await bench.mischief(extra_fields=True)
    pulled = await session.pull_agent(ref)
    assert (pulled.name, pulled.system_prompt, pulled.voice, pulled.model) == (
        "Front desk", PROMPT, bench.spec().voice, bench.spec().model,
    )  # fmt: skip
    assert await session.push_agent(bench.spec(name="Reception"), ref) == ref
    assert [number.number for number in await session.numbers()] == [bench.customers.acme.number]
    if bench.can(Ability.VOICE_LIST):
        assert await session.voices()


async def test_a_voice_that_does_not_exist_is_refused_at_its_field(bench: Bench) -> None:
    if not bench.can(Ability.VOICE_LIST):
        assert bench.provider.stock_voices
        return
    wrong = msgspec.structs.replace(bench.spec().voice, id="no-such-voice")
    with pytest.raises(Refused) as caught:
        await bench.session().push_agent(bench.spec(voice=wrong), None)
    assert caught.value.field == "config.voice_id"
    assert await bench.session().find_agent(MARKS, datetime.now(UTC) - timedelta(minutes=1)) is None


# ── Calls ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_phone_call_from_dialling_to_its_report(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    call = await session.start_phone_call(ref, ANSWERED, bench.line, {"first_name": "Dana"}, "mark-0001")
    report = await until(lambda: session.call(call), is_over)
    assert (report.provider_call_id, report.type, report.status) == (call.id, CallType.OUTBOUND, CallStatus.COMPLETED)
    assert report.remote_agent_id in bench.provider.agent_ids_of(ref)
    assert report.to_number == ANSWERED
    assert report.from_number in {None, bench.customers.acme.number}  # not every API repeats the line
    assert report.duration_seconds
    assert report.started_at
    assert report.recording_url
    assert {line.role.value for line in report.transcript} >= {"agent", "caller"}
    assert (report.cost.total > 0) == bench.can(Ability.COSTS)
    assert (report.analysis.summary is not None) == bench.can(Ability.SUMMARIES)
    spoken = " ".join(line.text for line in report.transcript)
    assert "Good morning Dana" in spoken
    recording = await bench.http.request("GET", report.recording_url, deadline=10, breaker="recording", follow=True)
    assert recording.is_success
    assert len(recording.body) > 1000


@pytest.mark.parametrize(("number", "status"), [(NO_ANSWER, CallStatus.NO_ANSWER), (BUSY, CallStatus.BUSY)])
async def test_calls_that_do_not_come_about(bench: Bench, number: E164, status: CallStatus) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    call = await session.start_phone_call(ref, number, bench.line, {}, "mark-0002")
    report = await until(lambda: session.call(call), lambda found: found.status.is_final)
    assert report.status is status
    assert not report.duration_seconds


async def test_a_call_that_is_not_there(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    call = await session.start_phone_call(ref, ANSWERED, bench.line, {}, "mark-0003")
    with pytest.raises(Missing):
        await bench.session(bench.customers.rival).call(call)


async def test_calls_are_listed_newest_first_each_once(bench: Bench) -> None:
    session, since = bench.session(), datetime.now(UTC) - timedelta(minutes=1)
    ref = await session.push_agent(bench.spec(), None)
    placed = [(await session.start_phone_call(ref, ANSWERED, bench.line, {}, f"mark-{n}")).id for n in range(3)]
    listed = [report.provider_call_id async for report in session.calls(since)]
    assert sorted(listed) == sorted(placed)
    assert [report async for report in bench.session(bench.customers.rival).calls(since)] == []
    assert [report async for report in session.calls(datetime.now(UTC) + timedelta(minutes=5))] == []


async def test_a_web_call_has_a_ticket_without_keys(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    assert bench.can(Ability.WEB_CALLS)
    ticket = await session.start_web_call(ref, {"first_name": "Dana"})
    shown = msgspec.json.encode(ticket).decode()
    assert ticket.client
    assert ticket.web_call_url
    assert bench.customers.acme.credentials["secret_key"] not in shown
    assert SECRET_OF_ADDRESS not in shown


async def test_hanging_up(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    if not bench.can(Ability.END_CALLS):
        with pytest.raises(ProviderError):
            await session.end_call(await session.start_phone_call(ref, ANSWERED, bench.line, {}, "mark-0004"))
        return
    (await bench.api.post("/_sandbox/speed", json={"speed": 1})).raise_for_status()
    call = await session.start_phone_call(ref, ANSWERED, bench.line, {}, "mark-0005")
    await session.end_call(call)
    assert (await until(lambda: session.call(call), lambda found: found.status.is_final)).status.is_final
    with pytest.raises(Missing):
        await session.end_call(call)


# ── Webhooks ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_webhooks_are_signed_and_say_the_same_in_every_order(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    call = await session.start_phone_call(ref, ANSWERED, bench.line, {"first_name": "Dana"}, "mark-0006")
    await until(lambda: session.call(call), is_over)

    async def heard() -> int:
        return sum(not isinstance(event, Ignored) for one in bench.deliveries() for event in bench.events(one))

    await until(heard, lambda count: count > 0)
    now, hooks = datetime.now(UTC), bench.provider.hooks
    for one in bench.deliveries():
        assert hooks.verify(one.body, one.headers, bench.secret, now)
        assert not hooks.verify(one.body, one.headers, "another secret", now)
        assert not hooks.verify(one.body, {}, bench.secret, now)
    events = [event for one in bench.deliveries() for event in bench.events(one)]
    assert {event.provider_call_id for event in events} == {call.id}
    telling = [one for one in events if isinstance(one, CallProgressed | CallFinished)]
    keys = {event.event_key for event in events}
    for order in list(permutations(bench.deliveries()[:4])):
        assert {event.event_key for one in order for event in bench.events(one)} <= keys
    finals = {one.call.status for one in telling if one.call.status.is_final}
    assert finals <= {CallStatus.COMPLETED}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"message":3}', b"\xff\xfe", b'{"event":{}}'])
async def test_a_body_that_says_nothing_is_malformed_or_ignored(bench: Bench, body: bytes) -> None:
    try:
        events = bench.provider.hooks.read(body, datetime.now(UTC))
    except Malformed:
        return
    assert all(isinstance(event, Ignored) for event in events)


# ── Numbers ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_numbers_are_listed_and_bound(bench: Bench) -> None:
    session = bench.session()
    assert bench.can(Ability.PHONE_NUMBERS)
    (line,) = await session.numbers()
    assert (line.number, line.ref) == (bench.customers.acme.number, bench.line)
    ref = await session.push_agent(bench.spec(), None)
    await session.bind_number(bench.line, NumberBinding(inbound=ref, outbound=ref))
    (bound,) = await session.numbers()
    assert bound.remote_agent_id in bench.provider.agent_ids_of(ref)
    await session.push_agent(bench.spec(name="Renamed"), ref)
    assert (await session.numbers())[0].remote_agent_id == bound.remote_agent_id
    await session.bind_number(bench.line, NumberBinding())
    assert (await session.numbers())[0].remote_agent_id is None


async def test_an_incoming_call_reaches_the_bound_agent(bench: Bench) -> None:
    session = bench.session()
    ref = await session.push_agent(bench.spec(), None)
    await session.bind_number(bench.line, NumberBinding(inbound=ref))
    rung = await bench.api.post("/_sandbox/inbound", json={"to": bench.customers.acme.number, "from": "+14155550101"})
    assert rung.is_success, rung.text
    since = datetime.now(UTC) - timedelta(minutes=1)

    async def listed() -> list[CallType]:
        return [report.type async for report in session.calls(since)]

    assert await until(listed, bool) == [CallType.INBOUND]


async def test_a_number_of_ones_own_comes_and_goes(bench: Bench) -> None:
    session, wanted = bench.session(), NumberImport(number=E164("+14155550177"), name="Own line", trunk=TRUNK)
    if not bench.can(Ability.NUMBER_IMPORT):
        with pytest.raises(ProviderError):
            await session.import_number(wanted)
        return
    made = await session.import_number(wanted)
    assert (await session.import_number(wanted)).ref == made.ref
    assert made.number == wanted.number
    assert sorted(str(one.number) for one in await session.numbers()) == sorted(
        [bench.customers.acme.number, wanted.number]
    )
    await session.release_number(made.ref)
    with pytest.raises(Missing):
        await session.release_number(made.ref)
    assert TRUNK.password not in repr(TRUNK)


SECRET_OF_ADDRESS = "the secret of this address"  # noqa: S105 - of a test
