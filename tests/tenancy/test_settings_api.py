"""Reading, changing and deleting a workspace over HTTP: roles, versions, and input."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from tests.conftest import Site
from tests.world import ACME, ADAM, BAKERY, CLINIC, MIA, NOA, OLGA, STAN, VERA, WIM, Cast

from inspralv.foundation.db.dsn import Dsns

URL = "/api/w/clinic/settings"


@pytest.mark.parametrize("who", [OLGA, ADAM, WIM, MIA, VERA])
async def test_members_read(site: Site, who: Cast) -> None:
    answer = await site.as_(who).get(URL)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["id"], data["slug"], data["timezone"]) == (str(CLINIC), "clinic", "America/New_York")
    assert answer.headers["etag"] == f'"{data["version"]}"'


@pytest.mark.parametrize(
    ("path", "who"), [("/api/w/bakery", MIA), ("/api/w/clinic", NOA), ("/api/w/nowhere", OLGA), ("/api/w/bakery", STAN)]
)
async def test_strangers_find_nothing(site: Site, path: str, who: Cast) -> None:
    for page in ("/settings", "/members"):
        assert (await site.as_(who).get(path + page)).status_code == 404
    assert (await site.as_(who).patch(f"{path}/settings", json={"name": "Mine now"})).status_code == 404
    assert (await site.as_(who).delete(f"{path}/settings")).status_code == 404


async def test_the_same_slug_elsewhere_is_another_workspace(site: Site) -> None:
    assert (await site.as_(STAN).get(URL)).json()["data"]["name"] == "Rival Shop"


@pytest.mark.parametrize("who", [MIA, VERA])
async def test_members_and_viewers_change_nothing(site: Site, who: Cast) -> None:
    refused = await site.as_(who).patch(URL, json={"name": "Mine now"})
    assert refused.status_code == 403
    assert "workspace.settings.update" in refused.json()["detail"]


async def test_nobody_is_asked_to_sign_in(site: Site) -> None:
    client = site.at("acme.localhost")
    assert (await client.get(URL)).status_code == 401
    assert (await client.patch(URL, json={})).status_code == 401
    assert (await client.delete(URL)).status_code == 401


async def test_exactly_what_is_sent_changes(site: Site, dsns: Dsns) -> None:
    client = site.as_(ADAM)
    before = (await client.get(URL)).json()["data"]
    changed = (await client.patch(URL, json={"description": " Dentists "})).json()["data"]
    assert changed == {
        **before,
        "description": "Dentists",
        "version": before["version"] + 1,
        "updated_at": changed["updated_at"],
    }
    cleared = (await client.patch(URL, json={"description": None, "timezone": "Asia/Tokyo"})).json()["data"]
    assert (cleared["description"], cleared["timezone"], cleared["name"]) == (None, "Asia/Tokyo", before["name"])
    same = (await client.patch(URL, json={"timezone": "Asia/Tokyo"})).json()["data"]
    assert same == cleared, "nothing changed, so neither did the version"
    await client.patch(URL, json={"timezone": "America/New_York"})
    connection = await asyncpg.connect(dsns.owner)
    row = await connection.fetchrow(
        "SELECT old_values, new_values, acting_as FROM app.audit_log"
        " WHERE partner_id = $1 AND action = 'workspace.updated' AND actor_id = $2 ORDER BY id LIMIT 1", ACME, ADAM.id,
    )  # fmt: skip
    await connection.close()
    assert row is not None
    assert (row["old_values"], row["new_values"]) == ('{"description": null}', '{"description": "Dentists"}')
    assert row["acting_as"] == "partner admin"


async def test_a_stale_version_is_refused(site: Site) -> None:
    client = site.as_(WIM)
    tag = (await client.get(URL)).headers["etag"]
    fresh = await client.patch(URL, json={"name": "Bright Clinic East"}, headers={"if-match": tag})
    assert fresh.status_code == 200
    assert fresh.headers["etag"] != tag
    stale = await client.patch(URL, json={"name": "Late"}, headers={"if-match": tag})
    assert stale.status_code == 409
    assert stale.json()["code"] == "CONFLICT"
    assert (await client.delete(URL, headers={"if-match": tag})).status_code == 409
    assert (await client.patch(URL, json={"name": "x"}, headers={"if-match": "soon"})).status_code == 400
    assert (await client.get(URL)).json()["data"]["name"] == "Bright Clinic East"


async def test_of_edits_at_once_one_wins(site: Site) -> None:
    tag = (await site.as_(WIM).get(URL)).headers["etag"]
    answers = await asyncio.gather(
        *(site.as_(WIM).patch(URL, json={"name": f"Edit {i}"}, headers={"if-match": tag}) for i in range(4))
    )
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409]


@pytest.mark.parametrize(
    "zone",
    ["Mars/Olympus", "Europe", "", "utc", "UTC\n", "localtime", "posixrules", "Factory", "../etc/passwd", "x" * 65],
)
async def test_time_zones_are_those_of_the_list(site: Site, zone: str) -> None:
    refused = await site.as_(OLGA).patch(URL, json={"timezone": zone})
    assert refused.status_code == 400
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/timezone"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"name": "n" * 10_000}, ["/name"]),
        ({"name": "a\x00b"}, ["/name"]),
        ({"name": None}, ["/name"]),
        ({"description": "d" * 1001, "slug": "other"}, ["/description", "/slug"]),
        ([], [""]),
    ],
)
async def test_bad_fields_change_nothing(site: Site, body: Any, pointers: list[str]) -> None:
    before = (await site.as_(OLGA).get(URL)).json()
    refused = await site.as_(OLGA).patch(URL, json=body)
    assert refused.status_code == 400
    assert [e["pointer"] for e in refused.json()["errors"]] == pointers
    assert (await site.as_(OLGA).get(URL)).json() == before


async def test_postgres_knows_every_time_zone_on_offer(dsns: Dsns) -> None:
    from inspralv.tenancy.policy import time_zones

    connection = await asyncpg.connect(dsns.user)
    for zone in time_zones():
        await connection.fetchval("SELECT now() AT TIME ZONE $1", zone)
    await connection.close()


async def test_members_are_listed_longest_first(site: Site) -> None:
    members = (await site.as_(VERA).get("/api/w/clinic/members")).json()["data"]
    assert {(m["user"]["email"], m["role"]) for m in members} == {
        ("mia@acme.test", "member"), ("vera@acme.test", "viewer"), ("wim@acme.test", "owner"),
    }  # fmt: skip
    assert members == sorted(members, key=lambda m: (m["joined_at"], m["id"]))
    assert members[0]["user"].keys() == {"id", "email", "first_name", "last_name", "avatar_url"}
    assert (await site.as_(ADAM).get("/api/w/bakery/members")).json()["data"][0]["user_id"] == str(WIM.id)


@pytest.mark.parametrize("who", [OLGA, ADAM, MIA, VERA])
async def test_only_an_owner_deletes(site: Site, who: Cast) -> None:
    refused = await site.as_(who).delete(URL)
    assert refused.status_code == 403
    assert "workspace.delete" in refused.json()["detail"]


async def test_a_deleted_workspace_is_gone_and_its_address_free(site: Site, dsns: Dsns) -> None:
    assert (await site.as_(WIM).delete("/api/w/bakery/settings")).status_code == 403  # an admin there
    gone = await site.as_(WIM).delete(URL)
    assert gone.json() == {"data": {"success": True}}
    for who in (WIM, MIA, OLGA):
        assert (await site.as_(who).get(URL)).status_code == 404
    assert (await site.as_(MIA).get("/api/workspaces")).json()["data"]["workspaces"] == []
    connection = await asyncpg.connect(dsns.owner)
    row = await connection.fetchrow(
        "SELECT status, deleted_at FROM app.workspaces WHERE partner_id = $1 AND id = $2", ACME, CLINIC
    )
    event = await connection.fetchval(
        "SELECT old_values->>'slug' FROM app.audit_log WHERE partner_id = $1 AND action = 'workspace.deleted'", ACME
    )
    await connection.close()
    assert row is not None
    assert row["status"] == "deleted"
    assert row["deleted_at"]
    assert event == "clinic"
    again = await site.as_(OLGA).post("/api/workspaces", json={"name": "Clinic"})
    assert again.json()["data"]["workspace"]["slug"] == "clinic"
    assert (await site.as_(OLGA).get("/api/w/bakery/settings")).json()["data"]["id"] == str(BAKERY)
