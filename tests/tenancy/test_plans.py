"""The plan's pages over HTTP: whose host shows them, and who may look."""

from __future__ import annotations

import pytest
from tests.conftest import Site
from tests.world import MIA, OLGA


@pytest.mark.parametrize("path", ["/pricing", "/legal/terms", "/legal/privacy", "/legal/imprint", "/sitemap.xml"])
async def test_the_platforms_pages_are_on_its_host_alone(site: Site, path: str) -> None:
    assert (await site.at("localhost").get(path)).status_code == 200
    assert (await site.at("acme.localhost").get(path)).status_code == 404


async def test_prices_come_from_the_table(site: Site) -> None:
    page = (await site.at("localhost").get("/pricing")).text
    assert all(told in page for told in ("$79", "$249", "5,000", "/signup?plan=pro"))


async def test_the_plan_is_for_those_who_run_the_organisation(site: Site) -> None:
    page = await site.as_(OLGA).get("/org/plan")
    assert page.status_code == 200
    assert "Enterprise" in page.text
    assert (await site.as_(MIA).get("/org/plan")).status_code == 403
    told = (await site.as_(OLGA).get("/api/partner/plan")).json()["data"]
    assert (told["tier"], told["features"]["sso"]) == ("enterprise", True)
