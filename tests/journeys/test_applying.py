"""An agency applies, with its logo: in the browser with a script and without one."""

from __future__ import annotations

import io
from pathlib import Path

import asyncpg
import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, expect
from tests.conftest import Site
from tests.journeys.conftest import Visit
from tests.journeys.faults import faults_of

pytestmark = [pytest.mark.journey]


def _logo(folder: Path) -> Path:
    """A wordmark with nothing behind it, larger than it is kept."""
    picture = Image.new("RGBA", (1200, 300), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((20, 30, 260, 270), fill=(14, 165, 233, 255))
    pen.text((300, 70), "Northwind", font_size=160, fill=(120, 130, 150, 255))
    out = io.BytesIO()
    picture.save(out, "PNG")
    path = folder / "northwind.png"
    path.write_bytes(out.getvalue())
    return path


async def _third_step(page: Page) -> None:
    await page.get_by_role("textbox", name="Company").fill("Northwind Voice")
    await page.get_by_label("Your name").fill("Nadia North")
    await page.get_by_label("E-mail").fill("nadia@northwind.test")
    await page.get_by_role("button", name="Continue").last.click()
    await page.get_by_label("What does your company do?").fill("We answer calls for dentists.")
    await page.get_by_label("What will your clients use voice agents for?").fill("Booking and moving appointments.")
    await page.get_by_role("button", name="Continue").last.click()
    await expect(page.get_by_label("Subdomain")).to_have_value("northwind-voice")


async def test_a_logo_is_shown_replaced_refused_and_removed(
    visit: Visit, rows: asyncpg.Connection, tmp_path: Path
) -> None:
    logo, svg = _logo(tmp_path), tmp_path / "logo.svg"
    svg.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    window = await visit(host="localhost")
    page = await window.go("/request-partner")
    await _third_step(page)
    field, shown = page.get_by_label("Logo optional"), page.get_by_role("img", name="Your logo")
    await expect(shown).to_have_count(0)
    await field.set_input_files(svg)
    await expect(page.locator("#e-logo")).to_contain_text("SVG files can hold scripts")
    await expect(field).to_be_focused()
    await expect(page.locator("#toasts .toast")).to_have_count(0)
    faults = await faults_of(page, "/request-partner with a refused logo")
    await field.set_input_files(logo)
    await expect(shown).to_be_visible()
    assert await shown.evaluate("img => [img.naturalWidth, img.naturalHeight]") == [512, 128]
    await expect(field).to_be_focused()
    await expect(page.locator("#e-logo")).to_have_count(0)
    faults += await faults_of(page, "/request-partner with a logo")
    assert faults == []
    await page.get_by_role("button", name="Back").click()
    await page.get_by_role("button", name="Continue").last.click()
    await expect(shown).to_be_visible()
    await field.focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Remove (Logo)")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(shown).to_have_count(0)
    await expect(field).to_be_focused()
    await field.set_input_files(logo)
    await expect(shown).to_be_visible()
    await page.get_by_role("button", name="Send request").click()
    await expect(page.locator("h1")).to_have_text("Request received")
    assert await rows.fetchval(
        "SELECT logo IS NOT NULL FROM app.partner_requests WHERE company_name = 'Northwind Voice'"
    )


async def test_without_a_script_a_button_uploads_it(chromium: Browser, site: Site, tmp_path: Path) -> None:
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site.url("localhost", "/request-partner"))
    await _third_step(page)
    field, shown = page.get_by_label("Logo optional"), page.get_by_role("img", name="Your logo")
    await field.set_input_files(_logo(tmp_path))
    await page.get_by_role("button", name="Send request").click()
    await expect(page.locator("#e-logo")).to_contain_text("not uploaded yet")
    await field.set_input_files(_logo(tmp_path))
    await page.get_by_role("button", name="Upload").click()
    await expect(shown).to_be_visible()
    await expect(page.get_by_label("Subdomain")).to_have_value("northwind-voice")
    await page.get_by_role("button", name="Remove (Logo)").click()
    await expect(shown).to_have_count(0)
    await context.close()
