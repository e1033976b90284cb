"""The pages that belong to no slice, over HTTP."""

from __future__ import annotations

import asyncio
import json
import re

import msgspec
from tests.conftest import Site
from tests.world import MIA

from inspralv.assembly import list_routes
from inspralv.shell.listed import LISTED


async def test_openapi_document_covers_every_api_route(site: Site) -> None:
    answer = await site.at("localhost").get("/api/openapi.json")
    assert answer.headers["content-type"].startswith("application/json")
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    expected = {
        (row.method, re.sub(r"\{(\w+):\w+\}", r"{\1}", row.path))
        for row in list_routes()
        if row.path.startswith("/api/")
        and row.path != "/api/openapi.json"
        and not row.path.startswith("/api/webhooks/")
    }
    assert expected <= described | {("POST", "/api/auth/signout")}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["x-access"], path
            assert operation["summary"], path
            assert "500" in operation["responses"], path


async def test_openapi_names_permissions_and_strict_bodies(site: Site) -> None:
    document = (await site.at("localhost").get("/api/openapi.json")).json()
    change = document["paths"]["/api/w/{workspace_slug}/settings"]["patch"]
    assert change["x-permission"] == "workspace.settings.update"
    assert {"400", "401", "403", "404", "409", "413", "429", "500", "503"} <= change["responses"].keys()
    body = change["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert document["components"]["schemas"][body]["additionalProperties"] is False
    partners = document["paths"]["/api/super-admin/partners"]["get"]
    assert partners["security"] == [{"staff": []}]
    assert "additionalProperties" not in document["components"]["schemas"]["Workspace"]


async def test_partners_hosts_describe_nothing_that_only_the_platform_answers(site: Site) -> None:
    whole = (await site.at("localhost").get("/api/openapi.json")).json()
    theirs = (await site.at("acme.localhost").get("/api/openapi.json")).json()
    staff = {path for path, one in whole["paths"].items() if any(op["x-access"] == "staff" for op in one.values())}
    assert staff
    assert not staff & theirs["paths"].keys()
    for text in (json.dumps(theirs), *await _reference(site)):
        assert not re.search(r"super.admin|partner-requests|tls-check|operator", text, re.IGNORECASE)
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(theirs)):
        assert name in theirs["components"]["schemas"], "what is left refers to nothing that is gone"
    assert len(theirs["components"]["schemas"]) < len(whole["components"]["schemas"])


async def _reference(site: Site) -> list[str]:
    """The pages of the API reference: the overview, then one for each area it leads to."""
    client = site.at("acme.localhost")
    overview = (await client.get("/docs")).text
    areas = dict.fromkeys(re.findall(r'href="(/docs\?area=[a-z0-9-]+)"', overview))
    assert areas
    return [overview, *[(await client.get(area)).text for area in areas]]


async def test_docs_are_readable_without_scripts(site: Site) -> None:
    answer = await site.at("acme.localhost").get("/docs")
    assert answer.status_code == 200
    assert f"curl {site.url('acme.localhost', '/api/w/')}" in answer.text, "an example that can be copied"
    assert "Authorization: Bearer" in answer.text
    assert "'unsafe" not in answer.headers["content-security-policy"]
    pages = await _reference(site)
    whole = "".join(pages[1:])
    assert "/api/w/{workspace_slug}/settings" in whole
    assert "workspace.settings.update" in whole
    assert "resource_limits.max_agents" in whole
    assert "It was changed meanwhile, or the name is taken." in whole
    assert "List API keys" in whole
    assert "<code>Retry-After</code> says when." in whole
    for page in pages:
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), "every anchor is unique"


async def test_the_overview_of_the_docs_leads_to_every_operation(site: Site) -> None:
    overview, *areas = await _reference(site)
    led = re.findall(r'href="/docs\?area=([a-z0-9-]+)#([^"]+)"', overview)
    theirs = (await site.at("acme.localhost").get("/api/openapi.json")).json()
    assert len(led) == sum(len(methods) for methods in theirs["paths"].values())
    for area, operation in led:
        (page,) = [one for one in areas if f'href="/docs?area={area}" aria-current="page"' in one]
        assert f'id="{operation}"' in page
    assert (await site.at("acme.localhost").get("/docs?area=nothing")).status_code == 404


async def test_docs_stay_in_english_and_say_so(site: Site) -> None:
    english = (await site.at("acme.localhost").get("/docs")).text
    german = (await site.at("acme.localhost").get("/docs", headers={"accept-language": "de"})).text
    assert "Die API-Referenz ist auf Englisch" in german
    assert "is in English" not in english
    assert '<html lang="de"' in german
    body = german.partition('<div lang="en"')[2].partition("</main>")[0]
    assert body
    assert body == english.partition('<div lang="en"')[2].partition("</main>")[0]


async def test_litestar_serves_no_documentation_of_its_own(site: Site) -> None:
    for path in ("/schema", "/schema/openapi.json", "/schema/swagger"):
        assert (await site.at("localhost").get(path)).status_code == 404


async def test_robots_keep_to_the_platforms_public_pages(site: Site) -> None:
    lines = (await site.at("localhost").get("/robots.txt")).text.splitlines()
    assert {"Disallow: /w/", "Disallow: /account", "Disallow: /api/", "Disallow: /super-admin"} <= set(lines)
    assert f"Sitemap: {site.url('localhost', '/sitemap.xml')}" in lines
    shut = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")]
    assert [path for path in LISTED if path.startswith(tuple(shut))] == []
    assert (await site.at("acme.localhost").get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"


async def test_the_map_names_each_page_by_its_one_address(site: Site) -> None:
    listed = re.findall("<loc>([^<]+)</loc>", (await site.at("localhost").get("/sitemap.xml")).text)
    assert listed == [site.url("localhost", path) for path in LISTED]
    for host in ("localhost", "nobody.example"):  # an unknown name shows the platform
        for path, address in zip(LISTED, listed, strict=True):
            page = await site.at(host).get(path, params={"ref": "x"})
            assert page.status_code == 200, path
            assert f'<link rel="canonical" href="{address}">' in page.text, path
            assert "x-robots-tag" not in page.headers
    assert 'rel="canonical"' not in (await site.at("localhost").get("/forgot-password")).text


async def test_a_partners_host_is_in_no_index(site: Site) -> None:
    strangers, mia = site.at("acme.localhost"), site.as_(MIA)
    for client, path in (
        *((strangers, path) for path in LISTED), (strangers, "/robots.txt"), (strangers, "/favicon.svg"),
        (mia, "/w/clinic/dashboard"), (mia, "/w/nowhere/dashboard"), (mia, "/api/w/clinic/agents"), (mia, "/"),
    ):  # fmt: skip
        answer = await client.get(path)
        assert answer.headers.get_list("x-robots-tag") == ["noindex"], path
        assert 'rel="canonical"' not in answer.text, path


async def test_manifest_is_the_partners(site: Site) -> None:
    answer = await site.at("acme.localhost").get("/site.webmanifest")
    described = msgspec.json.decode(answer.content)
    assert answer.headers["content-type"] == "application/manifest+json"
    assert described["name"] == "Acme Voice"
    assert (await site.as_(MIA).get(described["icons"][0]["src"])).headers["content-type"].startswith("image/svg+xml")


async def test_head_is_answered_as_get_without_the_content(site: Site) -> None:
    clinic = site.as_(MIA)
    for path in (
        "/w/clinic/agents",
        "/api/w/clinic/agents",
        "/favicon.svg",
        "/w/clinic/analytics/export.csv",
        "/nowhere",
    ):
        got, asked = await clinic.get(path), await clinic.head(path)
        assert asked.status_code == got.status_code, path
        assert asked.headers["content-type"] == got.headers["content-type"], path
        assert asked.headers.get("content-length") == got.headers.get("content-length"), path
        assert asked.content == b""
    assert (await site.at("acme.localhost").head("/w/clinic/agents")).status_code == 303


async def test_head_of_a_live_stream_ends_with_its_headers(site: Site) -> None:
    async with asyncio.timeout(5):
        answer = await site.as_(MIA).head("/w/clinic/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_a_client_that_asks_for_problem_documents_gets_them_everywhere(site: Site) -> None:
    for accept in ("application/problem+json", "application/json"):
        answer = await site.at("acme.localhost").get("/no-such-page", headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    person = await site.at("acme.localhost").get("/no-such-page", headers={"accept": "text/html,*/*;q=0.8"})
    assert person.headers["content-type"].startswith("text/html")


async def test_answers_are_for_pages_of_the_same_origin(site: Site) -> None:
    for path in ("/login", "/api/openapi.json", "/no-such-page"):
        answer = await site.at("acme.localhost").get(path)
        assert answer.headers.get_list("cross-origin-resource-policy") == ["same-origin"], path


async def test_the_icon_is_found_where_no_document_names_it(site: Site) -> None:
    led = await site.at("acme.localhost").get("/favicon.ico")
    assert (led.status_code, led.headers["location"]) == (302, "/favicon.svg")
    icon = await site.at("acme.localhost").get("/favicon.svg")
    for answer in (led, icon):
        assert answer.headers.get_list("cross-origin-resource-policy") == ["cross-origin"], "mails have no origin"
