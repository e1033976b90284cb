"""A call over a socket of plain sound, at a provider that tells neither words nor the call's name before its end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, async_playwright, expect
from scripts.find_chromium import find
from tests.conftest import SANDBOX_URL, Site
from tests.journeys.conftest import BASE, FLAGS, Visit

from inspralv.sandbox.customers import CUSTOMERS
from inspralv.sandbox.recording import make_wav

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

GREETING = "Lakeside Dental, what can I do for you?"
KEYS = CUSTOMERS["synthflow"].acme.credentials
VOICE_SECONDS, SILENCE_SECONDS = 0.6, 0.9


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
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}", *root]
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def vendor() -> AsyncIterator[httpx.AsyncClient]:
    """The emulated vendor, as its customer and its developers see it."""
    headers = {"authorization": f"Bearer {KEYS['secret_key']}"}
    async with httpx.AsyncClient(base_url=f"{SANDBOX_URL}/synthflow", headers=headers, timeout=20) as client:
        (await client.post("/_sandbox/reset")).raise_for_status()
        yield client
        (await client.post("/_sandbox/reset")).raise_for_status()


@pytest.fixture(scope="module")
async def agent(
    site: Site, vendor: httpx.AsyncClient, token_of: Callable[[str], Awaitable[str]], worker: None
) -> dict[str, Any]:
    """An agent at that vendor, in step with it."""
    client = site.at("acme.localhost", headers={"cookie": f"session={await token_of('olga')}"})
    key = {
        "provider": "synthflow", "name": "Socket", "default_secret_key": KEYS["secret_key"],
        "default_webhook_key": KEYS["webhook_key"], "config": {"account_id": KEYS["account_id"]},
    }  # fmt: skip
    added = await client.post("/api/partner/integrations", json=key)
    assert added.status_code == 201, added.text
    draft = {"name": "Socket desk", "provider": "synthflow", "config": {"first_message": GREETING}}
    made = await client.post(f"/api{BASE}/agents", json=draft)
    assert made.status_code == 201, made.text
    for _ in range(400):
        found: dict[str, Any] = (await client.get(f"/api{BASE}/agents/{made.json()['data']['id']}")).json()["data"]
        if found["sync_status"] == "synced":
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def test_sound_both_ways_and_the_conversation_afterwards(
    visit: Visit, agent: dict[str, Any], vendor: httpx.AsyncClient
) -> None:
    (await vendor.post("/_sandbox/speed", json={"speed": 4})).raise_for_status()
    window = await visit("mia")
    page = await window.go(f"{BASE}/agents/{agent['id']}")
    await page.locator("[id^=agent-state-]").get_by_role("button", name="Test call").click()
    dialog = page.locator("#voice-test")
    await dialog.locator("[data-part=start]").click()
    await expect(dialog).to_have_attribute("data-state", "live")
    for name in ("level", "mic"):
        script = f"() => Number(document.querySelector('#voice-test').style.getPropertyValue('--{name}')) > 0.1"
        await page.wait_for_function(script, timeout=20_000)
    await asyncio.sleep(4)
    await dialog.locator("[data-part=stop]").click()
    await expect(dialog).to_have_attribute("data-state", "ended")

    await dialog.locator("[data-part=conversation]").click()
    conversation = page.locator("[id^=conversation-body-]")
    await expect(conversation).to_contain_text(GREETING)
    await expect(conversation.locator("[data-who=caller]").first).not_to_be_empty()
    await expect(conversation).to_contain_text("Synthflow reports neither costs nor summaries.")
    await expect(page.locator("[id^=conversation-head-]")).to_contain_text("Completed")
