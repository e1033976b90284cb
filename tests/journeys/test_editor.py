"""The editor in a browser: variables by keyboard and by chip, a template and back, a voice from the browser of voices."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from tests.journeys.conftest import BASE, Visit, Window

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]


async def _open(window: Window, name: str = "Front desk") -> Page:
    page = await window.go(f"{BASE}/agents")
    await page.get_by_role("link", name=name, exact=True).click()
    await expect(page.locator("h1")).to_have_text(name)
    return page


async def test_variables_by_keyboard_and_by_chip(visit: Visit) -> None:
    page = await _open(await visit("mia"))
    text = page.get_by_label("Instructions", exact=True)
    await text.fill("Greet ")
    await text.press("End")
    await text.press_sequentially("{{na")
    listbox = page.get_by_role("listbox", name="Variables")
    await expect(listbox.get_by_role("option")).to_have_count(2)
    await expect(text).to_have_attribute("aria-activedescendant", "suggested-0")
    await text.press("ArrowDown")
    await expect(text).to_have_attribute("aria-activedescendant", "suggested-1")
    await text.press("Escape")
    await expect(listbox).to_have_count(0)
    await text.press_sequentially("m")
    await text.press("ArrowDown")
    await text.press("Enter")
    await expect(text).to_have_value("Greet {{last_name}}")
    await page.get_by_role("group", name="Variables to insert into “Instructions”").get_by_text("company").click()
    await expect(text).to_have_value("Greet {{last_name}}{{company}}")
    await expect(text).to_be_focused()

    unknown = page.locator("[data-unknown-variables]")
    await expect(unknown).to_be_hidden()
    await text.press_sequentially(" for {{plan}}")
    await unknown.get_by_role("button", name="plan").click()
    await expect(page.get_by_label("Default")).to_be_focused()
    await expect(unknown).to_be_hidden()
    await page.keyboard.type("basic")
    await page.get_by_label("Note for this version").fill("Variables")
    await page.get_by_role("button", name="Save").last.click()
    await expect(page.locator(".toast", has_text="Saved")).to_be_visible()
    await expect(page.get_by_label("Instructions", exact=True)).to_have_value(
        "Greet {{last_name}}{{company}} for {{plan}}"
    )
    await expect(page.get_by_label("Default")).to_have_value("basic")


async def test_a_template_is_asked_for_and_taken_back(visit: Visit) -> None:
    page = await _open(await visit("mia"), "After-hours line")
    text = page.get_by_label("Instructions", exact=True)
    before = await text.input_value()
    await page.get_by_text("Start from a template").click()
    await page.locator("label.choice", has_text="Law firm").click()
    await page.get_by_role("button", name="Use template").click()
    question = page.get_by_role("alertdialog")
    await expect(question).to_contain_text("Replace your texts?")
    await question.get_by_role("button", name="Cancel").click()
    await expect(question).to_be_hidden()  # its button has the same name as the one below
    await expect(text).to_have_value(before)
    await page.get_by_role("button", name="Use template").click()
    await question.get_by_role("button", name="Use template").click()
    await expect(text).to_have_value("") if not before else await expect(text).not_to_have_value(before)
    await page.get_by_role("button", name="Undo").click()
    await expect(text).to_have_value(before)


@pytest.mark.parametrize(("phone", "gender", "voice"), [(False, "female", "Charlotte"), (True, "male", "Charlie")])
async def test_a_voice_is_found_and_chosen(visit: Visit, phone: bool, gender: str, voice: str) -> None:
    page = await _open(await visit("mia", phone=phone), "Front desk")
    await page.get_by_label("Name", exact=True).first.fill("Front desk, half typed")
    await page.get_by_role("link", name="Browse voices").click()
    sheet = page.get_by_role("dialog", name="Details")
    await sheet.get_by_label("Search voices").fill("charl")
    await expect(sheet.get_by_text("2 of ")).to_be_visible()
    await sheet.get_by_label("Gender").select_option(gender)
    await expect(sheet.get_by_text("1 of ")).to_be_visible()
    await sheet.get_by_role("link", name=f"Choose {voice}").click()
    await expect(sheet).to_be_hidden()
    card = page.locator("[data-voice-card]")
    await expect(card).to_contain_text(voice)
    await expect(page.get_by_label("Name", exact=True).first).to_have_value("Front desk, half typed")
    await page.get_by_label("Name", exact=True).first.fill("Front desk")
    await page.get_by_role("button", name="Save").last.click()
    await expect(page.locator(".toast", has_text="Saved")).to_be_visible()
    await expect(card).to_contain_text(voice)


@pytest.mark.parametrize(
    ("way", "field", "term"),
    [("voices?provider=vapi", "Search voices", "charl"), ("", "Search agents by name", "front")],
    ids=["voices", "agents"],
)
async def test_leaving_the_search_does_not_draw_the_list_again(visit: Visit, way: str, field: str, term: str) -> None:
    """A click on a row leaves the search field; a list that is drawn anew just then would swallow the click."""
    page = await (await visit("mia")).go(f"{BASE}/agents/{way}".rstrip("/"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/agents" in request.url else None)
    async with page.expect_response(lambda answer: f"q={term}" in answer.url):
        await page.get_by_label(field).fill(term)
    await page.get_by_label(field).evaluate("field => field.blur()")
    await page.get_by_label("Gender" if way else "Status").focus()
    async with page.expect_response(lambda answer: "q=" in answer.url and answer.url != asked[0]):
        await page.get_by_label("Gender" if way else "Status").select_option(index=1)
    assert len(asked) == 2, asked


async def test_lists_follow_their_maker_without_a_new_page(visit: Visit) -> None:
    page = await _open(await visit("mia"))
    await page.locator("#f-model_provider").focus()
    await page.locator("#f-model_provider").select_option("anthropic")
    models = page.locator("#f-config-model_settings-model")
    await expect(models.locator("option", has_text="claude-sonnet-4-6")).to_have_count(1)
    await expect(page.locator("#f-model_provider")).to_be_focused()
    await models.select_option("other")
    await page.locator("#f-other-config-model_settings-model").fill("claude-next")


async def test_the_wizard_takes_a_voice_from_the_browser(visit: Visit) -> None:
    page = await (await visit("mia")).go(f"{BASE}/agents/new")
    await page.get_by_label("Name", exact=True).fill("Voiced")
    go_on = page.get_by_role("main").get_by_role("button", name="Continue").last
    await go_on.click()
    await page.get_by_role("link", name="Browse all voices").click()
    sheet = page.get_by_role("dialog", name="Details")
    await sheet.get_by_label("Search voices").fill("matilda")
    await sheet.get_by_role("link", name="Choose Matilda").click()
    await expect(page.locator("label.choice", has_text="Matilda").locator("input")).to_be_checked()
    await go_on.click()
    await expect(page.get_by_role("definition").filter(has_text="Matilda")).to_be_visible()
