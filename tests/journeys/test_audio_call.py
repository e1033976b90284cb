"""A call that really carries sound: Chromium's microphone plays a voice, the sandbox's gateway hears it and answers."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Locator, Page, Route, async_playwright, expect
from scripts.find_chromium import find
from tests.conftest import SANDBOX_URL, Site
from tests.journeys.conftest import BASE, FLAGS, Visit

import inspralv.shell
from inspralv.sandbox.customers import CUSTOMERS
from inspralv.sandbox.recording import make_wav

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

GREETING = "Lakeside Dental, you can hear me. What can I do for you?"
KEYS = CUSTOMERS["retell"].acme.credentials
DIST = Path(inspralv.shell.__file__).parent / "static" / "dist"
VOICE_SECONDS, SILENCE_SECONDS = 0.6, 0.9
# The page's own connections, so that a test can ask them what came in.
KEEP_CONNECTIONS = """
const Native = RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = class extends Native { constructor(...all) { super(...all); connections.push(this); } };
"""
SOUND_IN = """async () => {
  const stats = [...(await connections.at(-1).getStats()).values()];
  const sound = stats.find((one) => one.type === 'inbound-rtp' && one.kind === 'audio');
  return { packets: sound.packetsReceived, energy: sound.totalAudioEnergy };
}"""


@pytest.fixture(scope="session")
async def chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """A Chromium into whose microphone somebody says a few syllables, again and again."""
    path = find()
    assert path, "the journeys need Chromium; CHROMIUM=/path names one"
    voice = tmp_path_factory.mktemp("sound") / "caller.wav"
    said = {"role": "user", "secondsFromStart": 0, "duration": VOICE_SECONDS * 1000}
    voice.write_bytes(make_wav([said], VOICE_SECONDS + SILENCE_SECONDS))
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        asks = [flag for flag in FLAGS if flag != "--use-fake-ui-for-media-stream"]  # which would allow everything
        flags = [*asks, f"--use-file-for-fake-audio-capture={voice}", *root]
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def vendor() -> AsyncIterator[httpx.AsyncClient]:
    """The emulated vendor, as its customer and its developers see it."""
    headers = {"authorization": f"Bearer {KEYS['secret_key']}"}
    async with httpx.AsyncClient(base_url=f"{SANDBOX_URL}/retell", headers=headers, timeout=20) as client:
        (await client.post("/_sandbox/reset")).raise_for_status()
        yield client
        (await client.post("/_sandbox/reset")).raise_for_status()


@pytest.fixture(scope="module")
async def agent(
    site: Site, vendor: httpx.AsyncClient, token_of: Callable[[str], Awaitable[str]], worker: None
) -> dict[str, Any]:
    """An agent at that vendor, in step with it."""
    client = site.at("acme.localhost", headers={"cookie": f"session={await token_of('olga')}"})
    key = {"provider": "retell", "name": "Sound", "default_secret_key": KEYS["secret_key"]}
    assert (await client.post("/api/partner/integrations", json=key)).status_code == 201
    draft = {"name": "Sound desk", "provider": "retell", "config": {"first_message": GREETING}}
    made = await client.post(f"/api{BASE}/agents", json=draft)
    assert made.status_code == 201, made.text
    for _ in range(400):
        found: dict[str, Any] = (await client.get(f"/api{BASE}/agents/{made.json()['data']['id']}")).json()["data"]
        if found["sync_status"] == "synced":
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


@pytest.fixture
async def page(visit: Visit, agent: dict[str, Any]) -> Page:
    """The agent's page with the dialog open."""
    window = await visit("mia")
    window.allowed |= {"401", "net::ERR_FAILED"}
    await window.context.add_init_script(KEEP_CONNECTIONS)
    await window.context.grant_permissions(["microphone"])
    page = await window.go(f"{BASE}/agents/{agent['id']}")
    await page.locator("[id^=agent-state-]").get_by_role("button", name="Test call").click()
    return page


async def test_sound_both_ways_and_the_person_hangs_up(page: Page, vendor: httpx.AsyncClient) -> None:
    await _pace(vendor, 4)
    dialog = page.locator("#voice-test")
    call_id = await _start(page)
    await expect(dialog).to_have_attribute("data-state", "live")

    await _level_is(page, "level", "> 0.1")
    await expect(dialog).to_have_attribute("data-speaking", "agent")
    await expect(_said(dialog, "agent").first).to_contain_text(GREETING)
    await expect(_said(dialog, "caller").first).not_to_be_empty()
    await expect(_said(dialog, "agent").nth(1)).not_to_be_empty()
    sound = await page.evaluate(SOUND_IN)
    assert sound["packets"] > 50
    assert sound["energy"] > 0
    assert (await _heard(vendor, call_id))["voiced"] > 5

    await _level_is(page, "mic", "> 0.1")
    await dialog.get_by_role("button", name="Mute").click()
    await asyncio.sleep(0.3)
    before = await _heard(vendor, call_id)
    await asyncio.sleep(VOICE_SECONDS + SILENCE_SECONDS)
    after = await _heard(vendor, call_id)
    assert after["frames"] > before["frames"]
    assert after["voiced"] == before["voiced"]
    await _level_is(page, "mic", "== 0")
    await dialog.get_by_role("button", name="Mute").click()
    await _level_is(page, "mic", "> 0.1")

    await dialog.get_by_role("button", name="End call").click()
    await expect(dialog).to_have_attribute("data-state", "ended")
    await _pace(vendor, 0)
    assert (await _ended(vendor, call_id))["disconnection_reason"] == "user_hangup"
    await page.get_by_role("link", name="Open conversation").click()
    await expect(page.locator("article header .status").first).to_have_text("Completed")
    await expect(page.locator("article .talk")).to_contain_text(GREETING)
    await expect(page.locator("article audio[data-player]")).to_have_js_property("readyState", 4)


async def test_a_goodbye_that_travels_slowly_still_finds_its_session(page: Page, vendor: httpx.AsyncClient) -> None:
    async def slowly(route: Route) -> None:
        await asyncio.sleep(0.5 if route.request.method == "DELETE" else 0)
        await route.continue_()

    await page.route("**/webrtc/sessions/*", slowly)
    call_id = await _start(page)
    await expect(page.locator("#voice-test")).to_have_attribute("data-state", "live")
    async with page.expect_response(lambda answer: answer.request.method == "DELETE") as answered:
        await page.get_by_role("button", name="End call").click()
        await expect(page.locator("#voice-test")).to_have_attribute("data-state", "ended", timeout=400)
    assert (await answered.value).status == 204
    assert (await _ended(vendor, call_id))["disconnection_reason"] == "user_hangup"


async def test_the_agent_hangs_up(page: Page, vendor: httpx.AsyncClient) -> None:
    """The script has more to say than an update repeats, so the lines must have been put together."""
    await _pace(vendor, 10)
    call_id = await _start(page)
    await expect(page.locator("#voice-test")).to_have_attribute("data-state", "ended")
    assert (await _ended(vendor, call_id))["disconnection_reason"] == "agent_hangup"
    call = (await vendor.get(f"/v2/get-call/{call_id}")).json()
    shown = await page.locator("[data-part=log] [data-line] span").all_inner_texts()
    assert shown == [one["content"] for one in call["transcript_object"]]
    assert len(shown) > 5
    assert await page.locator("[data-part=log] [data-partial]").count() == 0


async def test_without_a_microphone(page: Page, vendor: httpx.AsyncClient) -> None:
    await page.context.clear_permissions()
    call_id = await _start(page)
    await expect(page.get_by_role("alert")).to_contain_text("did not allow the microphone")
    await expect(page.get_by_role("button", name="Call again")).to_be_visible()
    await _is_given_up(vendor, call_id)


async def test_a_token_that_was_used_already(page: Page, vendor: httpx.AsyncClient) -> None:
    async def use_it_first(route: Route) -> None:
        answer = await route.fetch()
        assert answer.status == 201
        await route.continue_()

    await page.route("**/webrtc/sessions", use_it_first)
    await _start(page)
    await expect(page.get_by_role("alert")).to_contain_text("The access token is not valid, or was used already.")


async def test_a_gateway_that_cannot_be_reached(page: Page, vendor: httpx.AsyncClient) -> None:
    await page.route("**/webrtc/sessions", lambda route: route.abort())
    call_id = await _start(page)
    await expect(page.get_by_role("alert")).to_contain_text("could not be connected")
    await _is_given_up(vendor, call_id)


async def test_closing_the_dialog_before_the_call_is_joined(page: Page, vendor: httpx.AsyncClient) -> None:
    asked = asyncio.Event()
    await page.route("**/webrtc/sessions", lambda _route: asked.set())  # no answer comes
    call_id = await _start(page)
    await asked.wait()
    await page.get_by_role("button", name="Close", exact=True).click()
    await expect(page.locator("#voice-test")).to_have_attribute("data-state", "idle")
    await _is_given_up(vendor, call_id)


async def test_the_older_way_of_carrying_sound_loads(page: Page) -> None:
    """Nothing here can stand in for LiveKit, so this is how far it goes: the script is fetched when it is wanted, the
    page's policy lets it run, and a room is made that nobody enters."""
    chunk = json.loads((DIST / "manifest.json").read_text())["src/islands/livekit.ts"]["file"]
    assert not await page.evaluate(
        "performance.getEntriesByType('resource').some(({name}) => name.includes('livekit'))"
    )
    made = """async (address) => {
      const { connect } = await import(address);
      const told = [];
      const session = await connect({ webCall: { accessToken: 'none' } }, { status: (status) => told.push(status) });
      await session.stop();
      return told;
    }"""
    assert await page.evaluate(made, f"/assets/{chunk}") == ["ended"]


async def _start(page: Page) -> str:
    """Start a call; the vendor's id of it."""
    async with page.expect_response("**/test-call") as answered:
        await page.get_by_role("button", name="Start call").click()
    ticket = (await (await answered.value).json())["data"]
    assert ticket["client"] == "webrtc-gateway"
    assert KEYS["secret_key"] not in str(ticket)
    return str(ticket["callId"])


def _said(dialog: Locator, who: str) -> Locator:
    return dialog.locator(f"[data-part=log] [data-who={who}] span")


async def _level_is(page: Page, name: str, what: str) -> None:
    """Wait until the dialog shows such a loudness."""
    await page.wait_for_function(
        f"() => Number(document.querySelector('#voice-test').style.getPropertyValue('--{name}')) {what}"
    )


async def _pace(vendor: httpx.AsyncClient, speed: float) -> None:
    (await vendor.post("/_sandbox/speed", json={"speed": speed})).raise_for_status()


async def _heard(vendor: httpx.AsyncClient, call_id: str) -> dict[str, Any]:
    answer = await vendor.get(f"/_sandbox/audio/{call_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _ended(vendor: httpx.AsyncClient, call_id: str) -> dict[str, Any]:
    """The call at the vendor, once it is over."""
    for _ in range(400):
        call: dict[str, Any] = (await vendor.get(f"/v2/get-call/{call_id}")).json()
        if call["call_status"] not in {"registered", "ongoing"}:
            return call
        await asyncio.sleep(0.05)
    raise AssertionError(call)


async def _is_given_up(vendor: httpx.AsyncClient, call_id: str) -> None:
    """Nobody was there, and the vendor was told at once instead of waiting in vain."""
    ended = await _ended(vendor, call_id)
    assert ended["disconnection_reason"] == "manual_stopped"
    assert "start_timestamp" not in ended
