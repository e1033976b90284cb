"""What the sandbox does on a bad day."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.foundation.outbound.listener import Reply
from tests.sandbox.caller import Body, Caller, statuses, until


def key(message: Body) -> tuple[Any, ...]:
    return (message["type"], message.get("status"), message.get("role"), message.get("transcript"), message.get("turn"))


async def clean(vapi: Caller) -> list[tuple[Any, ...]]:
    """What a well-behaved call sends."""
    return [key(message) for message in await vapi.call()]


async def test_webhooks_are_doubled(vapi: Caller) -> None:
    expected = await clean(vapi)
    await vapi.sandbox.mischief(duplicate=1.0)
    placed = await vapi.dial(await vapi.assistant())
    await until(lambda: vapi.types(placed).count("end-of-call-report") == 2)
    seen = [key(message) for message in vapi.messages(placed)]
    assert seen[::2] == seen[1::2] == expected


async def test_webhooks_are_dropped(vapi: Caller) -> None:
    await vapi.sandbox.mischief(drop=1.0)
    placed = await vapi.dial(await vapi.assistant())
    await vapi.reach(placed, "ended")
    await vapi.sandbox.mischief()
    await vapi.call()
    assert vapi.messages(placed) == []


async def test_some_webhooks_are_dropped_and_the_same_ones_with_the_same_seed(vapi: Caller) -> None:
    expected = await clean(vapi)
    seen = []
    for _ in range(2):
        await vapi.sandbox.mischief(drop=0.4, seed=11)
        placed = await vapi.dial(await vapi.assistant())
        await vapi.reach(placed, "ended")
        await vapi.sandbox.mischief()
        await vapi.call()  # a later call's report: what was on its way has arrived
        seen.append([key(message) for message in vapi.messages(placed)])
    assert seen[0] == seen[1]
    assert 0 < len(seen[0]) < len(expected)


async def test_webhooks_overtake_each_other_and_none_is_lost(vapi: Caller) -> None:
    expected = await clean(vapi)
    await vapi.sandbox.mischief(reorder=0.5, seed=3)
    placed = await vapi.dial(await vapi.assistant())
    await until(lambda: len(vapi.messages(placed)) == len(expected))
    seen = [key(message) for message in vapi.messages(placed)]
    assert seen != expected
    assert sorted(seen, key=str) == sorted(expected, key=str)


async def test_webhooks_are_late(vapi: Caller) -> None:
    await vapi.sandbox.mischief(delay_seconds=0.3)
    placed = await vapi.dial(await vapi.assistant(serverMessages=["end-of-call-report"]))
    assert (await vapi.reach(placed, "ended"))["status"] == "ended"
    assert vapi.messages(placed) == []  # the provider knows the end before anybody was told
    await vapi.report(placed)


@pytest.mark.parametrize(("plan", "tries"), [(None, 1), ({"type": "fixed", "maxRetries": 3, "baseDelaySeconds": 0}, 4)])
async def test_a_refused_webhook_is_repeated_only_with_a_plan(vapi: Caller, plan: Body | None, tries: int) -> None:
    vapi.hooks.script = [Reply(503)] * 3 + [Reply()]
    server = {"url": f"{vapi.hooks.url}/hook"} | ({"backoffPlan": plan} if plan else {})
    await vapi.dial(await vapi.assistant(server=server, serverMessages=["end-of-call-report"]))
    tried = await vapi.tries(tries)
    assert [one["attempt"] for one in tried] == list(range(1, tries + 1))
    assert [one["status"] for one in tried] == [503, 503, 503, 200][:tries]
    assert len({received.body for received in vapi.deliveries()}) == 1


async def test_a_status_that_the_plan_excludes_is_not_repeated(vapi: Caller) -> None:
    vapi.hooks.script = [Reply(400)]
    plan = {"type": "exponential", "maxRetries": 3, "baseDelaySeconds": 0, "excludedStatusCodes": [400]}
    server = {"url": f"{vapi.hooks.url}/hook", "backoffPlan": plan}
    placed = await vapi.dial(await vapi.assistant(server=server, serverMessages=["status-update"]))
    await vapi.reach(placed, "ended")
    assert [one["attempt"] for one in await vapi.tries(3)] == [1, 1, 1]


async def test_too_many_requests(vapi: Caller) -> None:
    await vapi.sandbox.mischief(fail=[{"status": 429, "times": 2, "retry_after": 7}])
    for _ in range(2):
        answer = await vapi.api.get("/assistant")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
        assert answer.json() == {"message": "Rate limit exceeded", "statusCode": 429}
    assert (await vapi.api.get("/assistant")).status_code == 200


async def test_a_failure_is_narrowed_down(vapi: Caller) -> None:
    failure = {"status": 502, "method": "POST", "path_prefix": "/call", "body": "Bad luck"}
    await vapi.sandbox.mischief(fail=[failure])
    assistant = await vapi.assistant()
    assert (await vapi.api.get("/call")).status_code == 200
    body = {"assistantId": assistant["id"], "phoneNumberId": vapi.sandbox.phone_number_id}
    asked = body | {"customer": {"number": "+14155550101"}}
    assert (await vapi.ask("POST", "/call", asked, 502))["message"] == "Bad luck"
    await vapi.ask("POST", "/call", asked)


async def test_an_outage_lasts_until_it_is_over(vapi: Caller) -> None:
    await vapi.sandbox.mischief(outage=True)
    for method, path in [("GET", "/assistant"), ("POST", "/call"), ("POST", "/call/web"), ("DELETE", "/call/x")]:
        refusal = await vapi.ask(method, path, {}, 503)
        assert refusal == {"message": "Service Unavailable", "error": "Service Unavailable", "statusCode": 503}
    await vapi.sandbox.mischief()
    await vapi.ask("GET", "/assistant")


async def test_a_lost_answer_was_carried_out(vapi: Caller) -> None:
    await vapi.sandbox.mischief(lost_answers=1)
    await vapi.ask("POST", "/assistant", {"name": "Lost"}, 500)
    assert [one["name"] for one in await vapi.ask("GET", "/assistant")] == ["Lost"]
    assistant = await vapi.assistant()
    await vapi.sandbox.mischief(lost_answers=1)
    body = {"assistantId": assistant["id"], "phoneNumberId": vapi.sandbox.phone_number_id}
    await vapi.ask("POST", "/call", body | {"customer": {"number": "+14155550101", "externalId": "once"}}, 500)
    (call,) = await vapi.ask("GET", "/call")
    assert call["customer"]["externalId"] == "once"
    assert statuses(await vapi.report(call)) == ["ringing", "in-progress", "ended"]


async def test_slow_answers_outlast_an_impatient_client(vapi: Caller) -> None:
    await vapi.sandbox.mischief(slow_seconds=0.5)
    with pytest.raises(httpx.ReadTimeout):
        await vapi.api.get("/assistant", timeout=0.1)
    assert (await vapi.api.get("/assistant")).status_code == 200


async def test_an_assistant_changes_behind_its_owners_back(vapi: Caller) -> None:
    made = await vapi.assistant()
    patch = {"assistantId": made["id"], "patch": {"firstMessage": "Somebody else wrote this."}}
    await vapi.ask("POST", "/_sandbox/drift", patch, 200)
    found = await vapi.ask("GET", f"/assistant/{made['id']}")
    assert found["firstMessage"] == "Somebody else wrote this."
    assert found["updatedAt"] >= made["updatedAt"]
    await vapi.ask("POST", "/_sandbox/drift", {"assistantId": "nobody"}, 404)


@pytest.mark.parametrize("plan", [{"drop": 2}, {"duplicate": -1}, {"chaos": True}, {"fail": [{}]}, {"outage": "yes"}])
async def test_mischief_that_does_not_exist_is_refused(vapi: Caller, plan: Body) -> None:
    await vapi.ask("POST", "/_sandbox/mischief", plan, 400)


@pytest.mark.parametrize("speed", [-1, "fast", None, True])
async def test_a_speed_that_is_none_is_refused(vapi: Caller, speed: object) -> None:
    await vapi.ask("POST", "/_sandbox/speed", {"speed": speed}, 400)


async def test_the_sandbox_tells_what_it_was_asked_without_keys(vapi: Caller) -> None:
    await vapi.ask("POST", "/assistant", {"name": "Seen"})
    await vapi.ask("GET", "/assistant?limit=3")
    asked = await vapi.sandbox.requests()
    assert asked == [
        {"method": "POST", "path": "/assistant", "query": {}, "body": {"name": "Seen"}},
        {"method": "GET", "path": "/assistant", "query": {"limit": "3"}, "body": None},
    ]
    await vapi.sandbox.reset()
    assert await vapi.sandbox.requests() == []
    assert await vapi.ask("GET", "/assistant") == []
