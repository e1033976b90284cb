"""The event log as people read it: their own part of it, filtered, page by page, and as a file."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import UTC, datetime

import asyncpg
import pytest
from tests.conftest import Site
from tests.world import ACME, ADAM, CLINIC, MIA, OLGA, STAN, VERA, WIM

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.ids import uuid7

HERE, ORG = "/api/w/clinic/audit", "/api/partner/audit"


@pytest.fixture(scope="module")
async def busy(site: Site, dsns: Dsns) -> None:
    """Things happen in two workspaces and in another organisation."""
    for name in ("Front desk", "=cmd()", "Night line"):
        assert (await site.as_(WIM).post("/api/w/clinic/agents", json={"name": name, "provider": "vapi"})).is_success
    assert (await site.as_(OLGA).post("/api/w/bakery/agents", json={"name": "Oven", "provider": "vapi"})).is_success
    assert (await site.as_(OLGA).patch("/api/partner", json={"name": "Acme Speech"})).is_success
    assert (await site.as_(STAN).patch("/api/partner", json={"name": "Rival Speech"})).is_success
    settings = {"name": "Bright Clinic North"}
    assert (await site.as_(WIM).patch("/api/w/clinic/settings", json=settings)).is_success


async def test_a_workspace_sees_its_own_part(site: Site, busy: None) -> None:
    rows = (await site.as_(WIM).get(HERE)).json()["data"]["data"]
    assert {row["workspace"] for row in rows} == {"Bright Clinic North"}
    assert {"agent.created", "workspace.updated"} <= {row["action"] for row in rows}
    changed = next(row for row in rows if row["action"] == "workspace.updated")
    assert (changed["old_values"]["name"], changed["new_values"]["name"]) == ("Bright Clinic", "Bright Clinic North")
    assert (changed["actor_name"], changed["actor_email"], changed["ip"]) == ("Wim Test", WIM.email, "127.0.0.1")
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    assert "Oven" not in json.dumps(rows)


async def test_an_organisation_sees_all_of_its_own(site: Site, busy: None) -> None:
    told = (await site.as_(ADAM).get(ORG)).text
    for words in ("Oven", "Front desk", "Acme Speech", "Wim Test"):
        assert words in told
    assert "Rival Speech" not in told
    assert "Rival Speech" in (await site.as_(STAN).get(ORG)).text


async def test_only_owners_and_admins_look(site: Site, busy: None) -> None:
    for who in (MIA, VERA):
        refused = await site.as_(who).get(HERE)
        assert (refused.status_code, "workspace.audit.read" in refused.json()["detail"]) == (403, True)
        assert (await site.as_(who).get("/w/clinic/audit/export")).status_code == 403
    assert (await site.as_(WIM).get(ORG)).status_code == 403
    assert (await site.as_(STAN).get("/api/w/bakery/audit")).status_code == 404


async def test_filters(site: Site, busy: None) -> None:
    wim = site.as_(WIM)

    async def found(**query: str) -> list[str]:
        answer = await wim.get(HERE, params=query)
        assert answer.status_code == 200, answer.text
        return [row["action"] for row in answer.json()["data"]["data"]]

    assert set(await found(kind="agent")) == {"agent.created"}
    assert await found(search="workspace.upd") == ["workspace.updated"]
    assert len(await found(search="WIM@")) >= 4
    assert await found(search="nobody") == []
    assert await found(to="2020-01-02") == []
    assert len(await found(**{"from": "2020-01-02", "to": "2199-01-01"})) >= 4
    assert await found(action="workspace.updated") == ["workspace.updated"]
    assert await found(action="workspace.update") == []
    assert len(await found(by="user")) >= 4
    assert await found(by="staff") == []
    assert len(await found(actor=str(WIM.id))) >= 4
    assert await found(actor=str(OLGA.id)) == []
    assert await found(entity_id=str(CLINIC)) == ["workspace.updated"]
    assert len(await found(ip="127.0.")) >= 4
    assert await found(ip="0.0.1") == []
    for query in (
        {"kind": "nothing"}, {"from": "1999-01-01"}, {"to": "soon"}, {"cursor": "x"}, {"by": "nobody"}, {"actor": "wim"},
        {"action": "Agent created"},
    ):  # fmt: skip
        refused = await wim.get(HERE, params=query)
        assert refused.status_code == 400, query
        assert refused.json()["errors"][0]["pointer"] == next(iter(query))


async def test_page_by_page_nothing_is_lost_or_doubled(site: Site, busy: None) -> None:
    wim, seen, cursor = site.as_(WIM), [], ""
    while True:
        query = {"pageSize": "2"} | ({"cursor": cursor} if cursor else {})
        told = (await wim.get(HERE, params=query)).json()["data"]
        seen += [row["id"] for row in told["data"]]
        cursor = told["nextCursor"]
        if cursor is None:
            break
    assert seen == [row["id"] for row in (await wim.get(HERE)).json()["data"]["data"]]


async def test_as_a_file(site: Site, busy: None) -> None:
    sheet = await site.as_(WIM).get("/w/clinic/audit/export", params={"kind": "agent"})
    assert sheet.headers["content-type"].startswith("text/csv")
    assert 'filename="audit-clinic-' in sheet.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    assert len(rows) == 3
    assert {row["actor"] for row in rows} == {"Wim Test"}
    assert any("=cmd()" in row["after"] for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    whole = (await site.as_(OLGA).get("/org/audit/export", params={"format": "json"})).json()
    assert {"Bright Clinic North", None} <= {row["workspace"] for row in whole}
    assert (await site.as_(OLGA).get("/org/audit/export", params={"format": "xls"})).status_code == 400


async def test_the_page_shows_before_and_after(site: Site, busy: None) -> None:
    page = (await site.as_(WIM).get("/w/clinic/audit", params={"search": "workspace.updated"})).text
    for words in ("Workspace: updated</strong>", "Wim Test", "Bright Clinic", "Bright Clinic North", "127.0.0.1"):
        assert words in page
    nothing = (await site.as_(WIM).get("/w/clinic/audit", params={"search": "zzz"})).text
    assert "No entry matches" in nothing
    assert "Audit log" in (await site.as_(OLGA).get("/org/audit")).text


async def test_filters_of_the_page_and_its_file_are_the_same(site: Site, busy: None) -> None:
    """On each level: the address of a page with filters, with `/export`, is the file of what it shows."""
    query = {"action": "agent.created", "by": "user", "actor": str(WIM.id), "ip": "127.", "kind": "agent"}
    for who, base in ((WIM, "/w/clinic/audit"), (OLGA, "/org/audit")):
        page = (await site.as_(who).get(base, params=query)).text
        assert page.count("Agent: created</strong>") == 3
        assert "One person only" in page
        rows = list(csv.DictReader(io.StringIO((await site.as_(who).get(f"{base}/export", params=query)).text)))
        assert [row["action"] for row in rows] == ["agent.created"] * 3
        links = re.findall(r'href="([^"]+/export[^"]*)"', page)
        assert len(links) == 2
        assert all(f"{name}={value}" in html.unescape(link) for name, value in query.items() for link in links)


async def test_names_of_actions_that_are_no_more_are_still_read(site: Site, busy: None, dsns: Dsns) -> None:
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute(
        "INSERT INTO app.audit_log (partner_id, id, workspace_id, actor_kind, action, entity_type, entity_id, created_at)"
        " VALUES ($1, $2, $3, 'system', 'fax_line.sent_away', 'fax_line', 'x', now())",
        ACME, uuid7(datetime.now(UTC)), CLINIC,
    )  # fmt: skip
    await owner.close()
    page = (await site.as_(WIM).get("/w/clinic/audit", params={"action": "fax_line.sent_away"})).text
    assert "Fax line: sent away</strong>" in page
    assert '<option value="fax_line.sent_away" selected>Fax line: sent away</option>' in page


async def test_secrets_are_not_in_it(site: Site, busy: None, dsns: Dsns) -> None:
    key = {"provider": "vapi", "name": "Sandbox", "default_secret_key": "planted-secret-0123456789"}
    assert (await site.as_(OLGA).post("/api/partner/integrations", json=key)).is_success
    told = (await site.as_(OLGA).get("/org/audit/export", params={"format": "json"})).text
    assert "integration.created" in told
    assert "planted-secret" not in told


async def test_a_row_of_another_workspace_is_fenced_twice(site: Site, busy: None, dsns: Dsns) -> None:
    """Without the predicate the row security still holds: a workspace's context sees its own rows only."""
    owner = await asyncpg.connect(dsns.owner)
    everything = await owner.fetchval("SELECT count(*) FROM app.audit_log WHERE partner_id = $1", ACME)
    await owner.close()
    fenced = await asyncpg.connect(dsns.user)
    async with fenced.transaction():
        await fenced.execute(
            "SELECT set_config('app.partner_id', $1, true), set_config('app.workspace_id', $2, true)",
            str(ACME), str(CLINIC),
        )  # fmt: skip
        seen = await fenced.fetch("SELECT DISTINCT workspace_id FROM app.audit_log")
        count = await fenced.fetchval("SELECT count(*) FROM app.audit_log")
    await fenced.close()
    assert {row["workspace_id"] for row in seen} == {CLINIC}
    assert 0 < count < everything
