"""What is wrong with a page, in each theme and on each size of screen, as axe and the width of the page tell."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# Colours are there at once, without the frames that transitions take.
STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after, *::backdrop { transition: none !important; }");
  document.adoptedStyleSheets = [still];
}"""
TURN = "(html, theme) => { html.dataset.theme = theme; }"
VIOLATIONS = """async (options) => (await axe.run({ resultTypes: ["violations"], ...options })).violations"""
# What a theme changes: everything else is the same in both.
OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


async def faults_of(page: Page, where: str) -> list[str]:
    """What is wrong with a page in each theme and on each size of screen."""
    await page.evaluate(Axe().axe_script)
    await page.evaluate(STILL)
    faults = []
    for device, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        for theme, rules in (("light", {}), ("dark", OF_COLOURS)):
            await page.locator("html").evaluate(TURN, theme)
            faults += await _violations(page, f"{where} {device} {theme}", rules)
        faults += await _wideness(page, f"{where} {device}", width)
    return faults


async def _violations(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    return [
        f"{where}: {v['id']} {[n['target'] for n in v['nodes']]} {v['nodes'][0].get('failureSummary', '')}"
        for v in await page.evaluate(VIOLATIONS, options)
    ]


async def _wideness(page: Page, where: str, width: int) -> list[str]:
    return (
        [f"{where}: wider than the screen"]
        if await page.evaluate("document.documentElement.scrollWidth") > width
        else []
    )
