"""Web calls with sound: a WebRTC client holds them, and every way in and out of the gateway is tried."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.conftest import SANDBOX_URL, Sandbox
from tests.foundation.outbound.listener import Listener
from tests.sandbox.retell.browser import Body, Browser, candidate, until

from inspralv.foundation.outbound.certificates import certificates
from inspralv.sandbox.customers import CUSTOMERS

BASE = f"{SANDBOX_URL}/retell"
GREETING = "Hi, thanks for calling Acme Dental."
TOKEN = {"authorization": "Bearer not-the-token"}


class Vendor:
    """The emulated vendor as its customer sees it."""

    def __init__(self, hooks: Listener) -> None:
        self.hooks = hooks
        key = CUSTOMERS["retell"].acme.credentials["secret_key"]
        self.api = httpx.AsyncClient(
            base_url=BASE, headers={"authorization": f"Bearer {key}"}, timeout=20, verify=certificates()
        )

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.api.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def speed(self, speed: float) -> None:
        await self.ask("POST", "/_sandbox/speed", {"speed": speed})

    async def web_call(self, **settings: Any) -> Body:
        """A call that waits for its browser."""
        llm = await self.ask("POST", "/create-retell-llm", {"start_speaker": "agent", "begin_message": GREETING})
        engine = {"type": "retell-llm", "llm_id": llm["llm_id"]}
        webhook = {"webhook_url": f"{self.hooks.url}/hook"}
        made = {"agent_name": "Acme", "voice_id": "retell-Cimo", "response_engine": engine, **webhook, **settings}
        agent = await self.ask("POST", "/create-agent", made)
        call: Body = await self.ask("POST", "/v3/create-web-call", {"agent_id": agent["agent_id"]})
        return call

    async def audio(self, call: Body) -> Body:
        """What the gateway heard of the caller."""
        heard: Body = await self.ask("GET", f"/_sandbox/audio/{call['call_id']}")
        return heard

    async def ending(self, call: Body) -> Body:
        """The call, once it was reported as over."""

        def endings() -> list[Body]:
            bodies = [received.json for received in self.hooks.received]
            return [b["call"] for b in bodies if b["event"] == "call_ended" and b["call"]["call_id"] == call["call_id"]]

        await until(endings)
        found: Body = await self.ask("GET", f"/v2/get-call/{call['call_id']}")
        assert found["disconnection_reason"] == endings()[0]["disconnection_reason"]
        return found


@pytest.fixture
async def vendor(sandbox: Sandbox) -> AsyncIterator[Vendor]:
    async with Listener() as hooks:
        opened = Vendor(hooks)
        await opened.ask("POST", "/_sandbox/reset")
        await opened.speed(20)
        yield opened
        await opened.ask("POST", "/_sandbox/reset")
        await opened.api.aclose()


@pytest.mark.parametrize("trickle", [False, True])
async def test_sound_goes_both_ways(vendor: Vendor, trickle: bool) -> None:
    await vendor.speed(4)
    call = await vendor.web_call()
    async with Browser(BASE, call) as browser:
        await browser.join(trickle=trickle)
        await until(lambda: browser.said() == [("agent", GREETING)])
        assert browser.agent.frames
        assert browser.agent.voiced
        heard = await vendor.audio(call)
        assert (heard["frames"] > 0, heard["voiced"]) == (True, 0)

        await browser.say()
        await until(lambda: len(browser.said()) > 2)  # what was said, and the answer to it
        assert [who for who, _ in browser.said()[:3]] == ["agent", "user", "agent"]
        later = await vendor.audio(call)
        assert later["frames"] > heard["frames"]
        assert later["voiced"] > 5
        assert (await browser.hang_up()).status_code == 204
        ended = await vendor.ending(call)
    assert (ended["call_status"], ended["disconnection_reason"]) == ("ended", "user_hangup")
    assert ended["transcript"].startswith(f"Agent: {GREETING}\nUser: ")


async def test_the_agent_hangs_up_when_everything_is_said(vendor: Vendor) -> None:
    call = await vendor.web_call()
    async with await Browser(BASE, call).join() as browser:
        async with asyncio.timeout(25):
            while not browser.ended:
                await browser.say()
        ended = await vendor.ending(call)
        assert (await browser.hang_up()).status_code == 404
    assert (ended["call_status"], ended["disconnection_reason"]) == ("ended", "agent_hangup")
    assert ended["transcript"].count("User: ") == 3


async def test_an_update_repeats_five_utterances_at_most(vendor: Vendor) -> None:
    async with await Browser(BASE, await vendor.web_call()).join() as browser:
        async with asyncio.timeout(25):
            while not browser.ended:
                await browser.say()
    windows = [frame["transcript"] for frame in browser.frames if frame.get("event_type") == "update"]
    assert max(len(window) for window in windows) == 5


async def test_a_line_that_is_lost_ends_the_call(vendor: Vendor) -> None:
    call = await vendor.web_call()
    async with await Browser(BASE, call).join() as browser:
        await until(browser.said)
        await browser.vanish()
        assert (await vendor.ending(call))["disconnection_reason"] == "user_hangup"


async def test_a_browser_that_never_connects(vendor: Vendor) -> None:
    call = await vendor.web_call()
    async with Browser(BASE, call) as browser:
        session = (await browser.knock()).json()["session_id"]
        assert (await browser.hang_up(session)).status_code == 204
        ended = await vendor.ending(call)
        assert "start_timestamp" not in ended
        assert (await browser.hang_up(session)).status_code == 404


async def test_the_vendor_stops_a_call(vendor: Vendor) -> None:
    call = await vendor.web_call()
    async with await Browser(BASE, call).join() as browser:
        await until(browser.said)
        await vendor.ask("POST", f"/v2/stop-call/{call['call_id']}")
        await until(lambda: browser.ended)
        assert (await vendor.ending(call))["call_status"] == "ended"


async def test_a_silent_caller_is_asked_and_then_left(vendor: Vendor) -> None:
    call = await vendor.web_call(reminder_trigger_ms=10_000, reminder_max_count=2, end_call_after_silence_ms=40_000)
    async with await Browser(BASE, call).join() as browser:
        await until(lambda: browser.ended)
        ended = await vendor.ending(call)
    assert ended["disconnection_reason"] == "inactivity"
    assert ended["transcript"].count("Are you still there?") == 2


async def test_the_longest_duration_ends_a_call(vendor: Vendor) -> None:
    call = await vendor.web_call(max_call_duration_ms=60_000)
    await vendor.speed(60)
    async with await Browser(BASE, call).join() as browser:
        await until(lambda: browser.ended)
        assert (await vendor.ending(call))["disconnection_reason"] == "max_duration_reached"


async def test_a_token_opens_its_own_call_once(vendor: Vendor) -> None:
    call, other = await vendor.web_call(), await vendor.web_call()
    async with Browser(BASE, call) as browser, Browser(BASE, call) as second:
        assert (await browser.knock(headers=TOKEN)).status_code == 401
        stolen = {"authorization": f"Bearer {other['access_token']}"}
        assert (await browser.knock(headers=stolen)).status_code == 401
        assert (await browser.knock(headers={"authorization": call["access_token"]})).status_code == 401
        await browser.join()
        again = await second.knock()
        assert again.status_code == 401
        assert again.json()["message"] == "The access token is not valid, or was used already."
        for headers in (TOKEN, stolen):
            assert (await browser.hang_up(headers=headers)).status_code == 401
            assert (await browser.tell(candidate(""), headers=headers)).status_code == 401
        assert (await browser.hang_up("session_unknown")).status_code == 404
        await until(browser.said)  # it goes on


async def test_what_is_no_offer_is_refused_and_costs_no_token(vendor: Vendor) -> None:
    async with Browser(BASE, await vendor.web_call()) as browser:
        for odd in (
            "hello",
            "v=0\r\nm=audio",
            "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n",
        ):
            assert (await browser.knock(odd)).status_code == 400, odd
        assert (await browser.knock(7)).status_code == 400
        assert (await browser.knock(identity="server")).status_code == 400
        await browser.join()
        for odd in (
            candidate("candidate:nonsense"),
            candidate("candidate:1 1 udp x y z typ host"),
            [],
            {"candidate": 7},
        ):
            assert (await browser.tell(odd)).status_code == 400, odd
        takeover = await browser.tell(None, headers={"content-type": "application/sdp"})
        assert takeover.status_code == 501
        await until(browser.said)


async def test_a_browser_may_ask_from_another_origin(vendor: Vendor) -> None:
    call = await vendor.web_call()
    asked = "authorization,content-type,x-retell-client-js-sdk-version"
    for method in ("POST", "PATCH", "DELETE"):
        headers = {"origin": "http://acme.localhost", "access-control-request-method": method}
        answer = await vendor.api.options(
            f"/webrtc-proxy/{call['call_id']}/v1/webrtc/sessions",
            headers=headers | {"access-control-request-headers": asked},
        )
        assert answer.is_success
        assert answer.headers["access-control-allow-origin"] in {"*", "http://acme.localhost"}
        allowed = answer.headers["access-control-allow-headers"].lower()
        assert all(name in allowed for name in asked.split(","))
        assert method in answer.headers["access-control-allow-methods"]


async def test_a_sandbox_without_sound_says_so(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    call = await vendor.web_call()
    async with Browser(BASE, call) as browser:
        offer = await browser.offer()
        monkeypatch.delitem(sys.modules, "inspralv.sandbox.retell.gateway.peer")
        monkeypatch.setitem(sys.modules, "aiortc", None)  # as if the extra were not installed
        answer = await browser.knock(offer)
        monkeypatch.undo()
        assert answer.status_code == 501
        assert "extra `voice`" in answer.json()["message"]
