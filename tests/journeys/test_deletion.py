"""A deleted agent goes at once, and comes back: by "Undo", or because the server refused."""

from __future__ import annotations

import asyncpg
import pytest
from playwright.async_api import Locator, Page, expect
from tests.conftest import Sandbox
from tests.journeys.conftest import BASE, Visit

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]


def _card(page: Page, name: str) -> Locator:
    return page.locator("#agents > article", has=page.get_by_role("heading", name=name))


async def _choose_delete(page: Page, name: str) -> Locator:
    await _card(page, name).get_by_role("button", name=f"Actions for {name}").click()
    await page.get_by_role("menuitem", name="Delete").click()
    question = page.get_by_role("alertdialog")
    await expect(question).to_contain_text(f"Delete “{name}”?")
    return question


async def test_a_deletion_is_asked_for_and_can_be_undone(visit: Visit, sandbox: Sandbox) -> None:
    page = await (await visit("adam")).go(f"{BASE}/agents")
    await expect(_card(page, "Front desk")).to_contain_text("Synced")
    question = await _choose_delete(page, "Front desk")
    await question.get_by_role("button", name="Cancel").click()
    await expect(_card(page, "Front desk")).to_be_visible()

    question = await _choose_delete(page, "Front desk")
    await question.get_by_role("button", name="Delete agent").click()
    await expect(_card(page, "Front desk")).to_have_count(0)
    await expect(page.locator("#agent-count")).to_have_text("2 of 10 agents")
    await page.locator("#toasts").get_by_role("button", name="Undo").click()
    await expect(_card(page, "Front desk")).to_have_count(1)
    await expect(page.locator("#agent-count")).to_have_text("3 of 10 agents")
    await page.reload()
    await expect(_card(page, "Front desk")).to_contain_text("Synced")
    names = {one["name"] for one in (await sandbox.api.get("/assistant", params={"limit": 100})).json()}
    assert "Front desk" in names


async def test_a_refused_deletion_brings_the_card_back(visit: Visit, rows: asyncpg.Connection) -> None:
    """The right to delete was withdrawn after the page was drawn."""
    window = await visit("mia")
    page = await window.go("/w/corner-bakery/agents")
    await rows.execute("UPDATE app.workspace_members SET role = 'member' WHERE role = 'admin'")
    window.allowed.add("403")
    question = await _choose_delete(page, "Order line")
    await page.evaluate(
        "new MutationObserver(() => window.wentAway ||= !!document.querySelector('article.optimistic-out'))"
        ".observe(document.querySelector('#agents'), {subtree: true, attributes: true, childList: true})"
    )
    await question.get_by_role("button", name="Delete agent").click()
    await expect(page.locator("#toasts [data-kind=error]")).to_be_visible()
    assert await page.evaluate("window.wentAway") is True
    await expect(_card(page, "Order line")).to_be_visible()
    await expect(_card(page, "Order line")).not_to_have_class("optimistic-out")
    await _card(page, "Order line").get_by_role("link", name="Order line").click()
    await expect(page.locator("h1")).to_have_text("Order line")
