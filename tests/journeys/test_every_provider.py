"""The main job at every provider: the pages offer what it can do, and say what it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from playwright.async_api import Locator, Page, expect
from tests.conftest import SANDBOX_URL
from tests.journeys.conftest import BASE, Visit

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, VoiceProvider
from inspralv.providers.registry import build_registry

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

REGISTRY = build_registry(BaseUrls({"*": f"{SANDBOX_URL}/*"}))
GREETING = "Lakeside Dental, the line for tests. What can I do for you?"
TALKS, TALKS_LONG = "+1 (415) 555-0101", "+1 (415) 555-0108"
SAID = "Thursday is perfect, thank you."
LOUDNESS = "name => Number(document.querySelector('#voice-test').style.getPropertyValue(name)) > 0.05"

Pace = Callable[[float], Awaitable[None]]


@pytest.fixture(params=list(REGISTRY))
def provider(request: pytest.FixtureRequest) -> VoiceProvider:
    return REGISTRY[request.param]


@pytest.fixture
async def pace_there(provider: VoiceProvider) -> AsyncIterator[Pace]:
    """`await pace_there(3)` plays this vendor's calls three times as fast as real ones; 0 is as fast as possible."""
    async with httpx.AsyncClient(base_url=f"{SANDBOX_URL}/{provider.name}", timeout=20) as vendor:

        async def set_speed(speed: float) -> None:
            (await vendor.post("/_sandbox/speed", json={"speed": speed})).raise_for_status()

        yield set_speed
        await set_speed(0)


async def test_from_an_agent_to_its_conversations(visit: Visit, provider: VoiceProvider, pace_there: Pace) -> None:
    page = await (await visit("mia")).go(f"{BASE}/agents/new")
    await _create(page, provider)
    await expect(page.locator("[id^=agent-state-] .status").first).to_have_text("Synced")
    await _says_if(page.locator("#agent-form"), "Publish it in its own dashboard", not _can(provider, "PUBLISHING"))
    agent = page.url

    await pace_there(4)
    await _call_in_the_browser(page)
    await pace_there(0)
    await page.get_by_role("link", name="Open conversation").click()
    await _is_written_up(page.locator("article[data-sheet-part]"), provider, GREETING)

    await page.goto(agent)
    await pace_there(4)
    sheet = await _call_a_number(page, TALKS)
    await _is_followed(sheet, provider)
    await pace_there(0)
    await _is_written_up(sheet, provider, SAID)

    await page.goto(agent)
    await pace_there(2)
    await _hang_up(await _call_a_number(page, TALKS_LONG), provider)


def _can(provider: VoiceProvider, ability: str) -> bool:
    return Ability[ability] in provider.abilities


async def _says_if(place: Locator, words: str, wanted: bool) -> None:
    await expect(place.get_by_text(words)).to_have_count(1 if wanted else 0)


async def _create(page: Page, provider: VoiceProvider) -> None:
    """Three steps; what the provider lacks is said where it is chosen."""
    await page.get_by_label("Name", exact=True).fill(f"Line at {provider.label}")
    tile = page.locator("label.choice", has=page.locator(f"input[name=provider][value={provider.name}]"))
    await tile.click()
    for ability, words in (("COSTS", "costs"), ("END_CALLS", "hanging up from here")):
        await _says_if(tile.locator("small", has_text="Without"), words, not _can(provider, ability))
    go_on = page.get_by_role("main").get_by_role("button", name="Continue").last
    await go_on.click()
    await expect(page.locator(".steps [aria-current=step]")).to_contain_text("Voice")
    await go_on.click()
    await page.get_by_label("Greeting", exact=True).fill(GREETING)
    await page.get_by_label("Instructions", exact=True).fill("You move appointments.")
    await expect(page.get_by_role("definition").get_by_text(provider.label, exact=True)).to_be_visible()
    await page.get_by_role("button", name="Create agent").click()
    await expect(page.locator("h1")).to_have_text(f"Line at {provider.label}")


async def _call_in_the_browser(page: Page) -> None:
    """Sound both ways where the transport carries it; where something stands in for it, the words."""
    await page.locator("[id^=agent-state-]").get_by_role("button", name="Test call").click()
    dialog = page.locator("#voice-test")
    async with page.expect_response("**/test-call") as answered:
        await dialog.locator("[data-part=start]").click()
    ticket = (await (await answered.value).json())["data"]
    await expect(dialog).to_have_attribute("data-state", "live")
    if ticket["client"] == "stand-in":
        await expect(dialog.locator("[data-part=log] [data-who=agent]").first).to_contain_text(GREETING)
    else:
        for side in ("--level", "--mic"):
            await page.wait_for_function(LOUDNESS, arg=side)
    await page.wait_for_function("() => !/^(0:0[0-2])?$/.test(document.querySelector('[data-part=clock]').textContent)")
    await dialog.locator("[data-part=stop]").click()
    await expect(dialog).to_have_attribute("data-state", "ended")


async def _call_a_number(page: Page, number: str) -> Locator:
    await page.get_by_role("link", name="Call a number").click()
    sheet = page.locator("#sheet")
    await sheet.get_by_label("Number to call").fill(number)
    await sheet.get_by_role("button", name="Call", exact=True).click()
    await sheet.get_by_role("link", name="Follow the call").click()
    return sheet


async def _is_followed(call: Locator, provider: VoiceProvider) -> None:
    if _can(provider, "LIVE_TRANSCRIPT"):
        await expect(call.locator(".talk")).to_contain_text(GREETING)
    else:
        await expect(call.get_by_text("tells what was said when the call is over")).to_be_visible()


async def _is_written_up(call: Locator, provider: VoiceProvider, said: str) -> None:
    """Transcript and recording from everybody; cost and summary where the provider reports them."""
    await expect(call.locator("header .status").first).to_have_text("Completed")
    await expect(call.locator(".talk")).to_contain_text(said)
    audio = call.locator("audio[data-player]")
    await expect(audio).to_have_js_property("readyState", 4)
    assert await audio.evaluate("audio => audio.duration") > 1
    await expect(call.get_by_role("heading", name="Summary")).to_have_count(int(_can(provider, "SUMMARIES")))
    if _can(provider, "COSTS"):
        await expect(call.locator("dl.kv").first).to_contain_text("$0.")
    lacks_both = not _can(provider, "COSTS") and not _can(provider, "SUMMARIES")
    await _says_if(call, f"{provider.label} reports neither costs nor summaries.", lacks_both)


async def _hang_up(call: Locator, provider: VoiceProvider) -> None:
    button, why_not = call.get_by_role("button", name="Hang up"), call.get_by_text("has no way to end a running call")
    if _can(provider, "END_CALLS"):
        await expect(call.get_by_text("Live").or_(call.locator(".talk p, .talk button")).first).to_be_visible()
        await button.click()
        await expect(call.locator("header .status").first).to_have_text("Completed")
    else:
        await expect(why_not).to_be_visible()
        await expect(button).to_have_count(0)
