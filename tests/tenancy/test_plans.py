"""The plan's pages over HTTP: whose host shows them, and who may look."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.conftest import Site
from tests.world import MIA, OLGA


@pytest.mark.parametrize("path", ["/pricing", "/legal/terms", "/legal/privacy", "/legal/imprint", "/sitemap.xml"])
async def test_the_platforms_pages_are_on_its_host_alone(site: Site, path: str) -> None:
    assert (await site.at("localhost").get(path)).status_code == 200
    assert (await site.at("acme.localhost").get(path)).status_code == 404


async def test_the_privacy_page_names_the_operator_at_the_beginning_of_a_sentence(site: Site) -> None:
    page = (await site.at("localhost").get("/legal/privacy")).text
    assert "The operator of this platform is responsible for accounts" in page


async def test_prices_come_from_the_table(site: Site) -> None:
    page = (await site.at("localhost").get("/pricing")).text
    assert all(told in page for told in ("$79", "$249", "5,000", "/signup?plan=pro"))


PROMISED = """
What you get       | Free    | Starter | Pro          | Enterprise
Price per month    | $0      | $79     | $249         | On request
Workspaces         | 1       | 5       | 25           | Unlimited
Agents per workspace | 1     | 5       | 25           | Unlimited
Users per workspace | 2      | 10      | 50           | Unlimited
Minutes per month  | 100     | 1,000   | 5,000        | Unlimited
Provider keys      | 1       | 2       | Unlimited    | Unlimited
Knowledge storage  | 100 MB  | 10 GB   | 50 GB        | Unlimited
White label        | –       | –       | Included     | Included
Own domain         | –       | Included | Included    | Included
API keys           | –       | Included | Included    | Included
Advanced analytics | –       | –       | Included     | Included
Single sign-on     | –       | –       | –            | Included
"""


async def test_every_figure_is_the_promised_one(site: Site) -> None:
    page = (await site.at("localhost").get("/pricing")).text
    table = page.partition('<table class="table-x')[2].partition("</table>")[0]
    shown = [
        [_said(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    ]
    assert shown == [[cell.strip() for cell in line.split("|")] for line in PROMISED.strip().splitlines()]


def _said(cell: str) -> str:
    """What a cell of the table says, without its notes; a tick says so for those who do not see it."""
    if "Included" in cell:
        return "Included"
    if "Not included" in cell:
        return "–"
    return unescape(
        re.sub(r"<small.*?</small>|<span class=.badge.*?</span>|<[^>]+>", "", cell, flags=re.DOTALL)
    ).strip()


async def test_the_plan_is_for_those_who_run_the_organisation(site: Site) -> None:
    page = await site.as_(OLGA).get("/org/plan")
    assert page.status_code == 200
    assert "Enterprise" in page.text
    assert (await site.as_(MIA).get("/org/plan")).status_code == 403
    told = (await site.as_(OLGA).get("/api/partner/plan")).json()["data"]
    assert (told["tier"], told["features"]["sso"]) == ("enterprise", True)
