"""Keys go in, hints come out; defaults and assignments over the API."""

from __future__ import annotations

from typing import Any

import asyncpg
from httpx import AsyncClient, Response
from tests.conftest import Sandbox, Site
from tests.world import ACME, ADAM, BAKERY, CLINIC, MIA, OLGA, RIVAL_SHOP, STAN

from inspralv.foundation.db.dsn import Dsns

SECRET = "planted-secret-key-31337"
PUBLIC = "planted-public-key-4242"
KEYS = "/api/partner/integrations"


def body(**changes: Any) -> dict[str, Any]:
    return {"provider": "vapi", "name": "Main account", "default_secret_key": SECRET, **changes}


async def add(client: AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(KEYS, json=body(**changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


def errors_of(answer: Response) -> dict[str, str]:
    return {error["pointer"]: error["message"] for error in answer.json()["errors"]}


async def test_the_first_key_becomes_default_and_serves_every_workspace(site: Site) -> None:
    olga = site.as_(OLGA)
    first = await add(olga, default_public_key=PUBLIC)
    assert first["is_default"]
    assert {w["id"] for w in first["assigned_workspaces"]} == {str(CLINIC), str(BAKERY)}
    second = await add(olga, name="Second")
    assert not second["is_default"]
    assert second["assigned_workspaces_count"] == 0
    listed = (await olga.get(KEYS)).json()["data"]
    assert [row["name"] for row in listed] == ["Main account", "Second"]


async def test_no_answer_holds_a_key(site: Site, sandbox: Sandbox) -> None:
    olga = site.as_(OLGA)
    spare, works = sandbox.account.spare_keys[0], sandbox.private_key
    one = (await olga.get(KEYS)).json()["data"][0]["id"]
    answers = [
        await olga.get(KEYS),
        await olga.get(f"{KEYS}/{one}"),
        await olga.patch(f"{KEYS}/{one}", json={"default_secret_key": spare, "default_public_key": PUBLIC + "1"}),
        await olga.get(f"/api/partner/workspaces/{CLINIC}/integrations"),
        await olga.patch(f"{KEYS}/{one}", json={"default_secret_key": SECRET + " 2"}),
        await olga.patch(f"{KEYS}/{one}", json={"default_secret_key": SECRET + "2"}),
    ]
    for answer in answers:
        assert "planted" not in answer.text
        assert works not in answer.text
        assert spare not in answer.text
    shown = answers[2].json()["data"]
    assert (shown["secret_hint"], shown["public_hint"]) == ("pare", "2421")
    assert shown["has_default_secret_key"]
    assert shown["has_default_public_key"]


async def test_keys_are_sealed_in_the_database_and_absent_from_the_log(site: Site, dsns: Dsns) -> None:
    await add(site.as_(OLGA), name="Sealed", default_public_key=PUBLIC)
    owner = await asyncpg.connect(dsns.owner)
    try:
        rows = await owner.fetch(
            "SELECT i::text AS row FROM app.integrations i UNION ALL SELECT a::text FROM app.audit_log a"
        )
    finally:
        await owner.close()
    for key in (SECRET, PUBLIC):
        assert not [row for row in rows if key in row["row"] or key.encode().hex() in row["row"]]


async def test_a_change_touches_only_what_was_sent(site: Site, sandbox: Sandbox) -> None:
    olga = site.as_(OLGA)
    key = {"default_secret_key": sandbox.private_key, "default_public_key": PUBLIC}
    added = await add(olga, name="Partly", config={"region": "eu"}, **key)
    path = f"{KEYS}/{added['id']}"
    renamed = (await olga.patch(path, json={"name": "Renamed"})).json()["data"]
    assert renamed == {**added, "name": "Renamed", "version": added["version"] + 1, "updated_at": renamed["updated_at"]}
    number = {"shared_outbound_phone_number_id": "n-1", "shared_outbound_phone_number": "+14155550100"}
    configured = (await olga.patch(path, json={"config": number})).json()["data"]
    assert configured["config"] == {"region": "eu", **number, "numbers": []} or configured["config"] == {
        "region": "eu",
        **number,
    }
    without = (await olga.patch(path, json={"default_public_key": None, "config": {"region": None}})).json()["data"]
    assert without["public_hint"] is None
    assert without["config"].get("region") is None


async def test_a_stale_version_is_refused(site: Site) -> None:
    olga = site.as_(OLGA)
    added = await add(olga, name="Versioned")
    path = f"{KEYS}/{added['id']}"
    assert (await olga.patch(path, json={"name": "A"}, headers={"if-match": '"1"'})).status_code == 200
    assert (await olga.patch(path, json={"name": "B"}, headers={"if-match": '"1"'})).status_code == 409
    assert (await olga.get(path)).headers["etag"] == '"2"'


async def test_every_fault_of_a_body_is_named(site: Site) -> None:
    olga = site.as_(OLGA)
    answer = await olga.post(KEYS, json={"name": "", "default_secret_key": 5, "surprise": 1, "config": {"zone": "x"}})
    assert answer.status_code == 400
    assert errors_of(answer).keys() == {"/provider", "/name", "/default_secret_key", "/surprise", "/config/zone"}
    assert "/provider" in errors_of(await olga.post(KEYS, json=body(provider="unheard-of")))
    assert "/default_secret_key" in errors_of(await olga.post(KEYS, json=body(default_secret_key="with blank")))
    assert "/config/region" in errors_of(await olga.post(KEYS, json=body(config={"region": "moon"})))


async def test_the_default_moves_and_is_never_lost(site: Site) -> None:
    olga = site.as_(OLGA)
    rows = (await olga.get(KEYS)).json()["data"]
    default, other = rows[0], rows[-1]
    assert (await olga.patch(f"{KEYS}/{default['id']}", json={"is_default": False})).status_code == 400
    moved = await olga.post(f"{KEYS}/{other['id']}/set-default")
    assert moved.json()["data"]["is_default"]
    defaults = [row["id"] for row in (await olga.get(KEYS)).json()["data"] if row["is_default"]]
    assert defaults == [other["id"]]
    assert (await olga.delete(f"{KEYS}/{other['id']}")).status_code == 200
    heirs = [row["id"] for row in (await olga.get(KEYS)).json()["data"] if row["is_default"]]
    assert heirs == [default["id"]], "the oldest other one becomes the default"


async def test_a_key_in_use_cannot_be_removed(site: Site) -> None:
    olga = site.as_(OLGA)
    used = (await olga.get(KEYS)).json()["data"][0]
    refused = await olga.delete(f"{KEYS}/{used['id']}")
    assert refused.status_code == 400
    assert "Bright Clinic" in refused.json()["detail"]


async def test_another_assignment_gets_another_webhook_address(site: Site, dsns: Dsns) -> None:
    olga = site.as_(OLGA)
    other = await add(olga, name="For the clinic")
    path = f"/api/partner/workspaces/{CLINIC}/integrations"
    before = await endpoints(dsns)
    assigned = await olga.post(path, json={"provider": "vapi", "partner_integration_id": other["id"]})
    assert assigned.status_code == 201
    assert [a["partner_integration_id"] for a in assigned.json()["data"]["assignments"]] == [other["id"]]
    after = await endpoints(dsns)
    assert len(after) == len(before), "the former address is closed, a new one is open"
    assert after != before
    await olga.post(path, json={"provider": "vapi", "partner_integration_id": other["id"]})
    assert await endpoints(dsns) == after, "the same one again changes nothing"
    assert (await olga.delete(f"{path}/vapi")).status_code == 200
    assert (await olga.delete(f"{path}/vapi")).status_code == 404
    assert len(await endpoints(dsns)) == len(after) - 1


async def endpoints(dsns: Dsns) -> set[Any]:
    owner = await asyncpg.connect(dsns.owner)
    try:
        rows = await owner.fetch("SELECT id FROM app.hook_endpoints WHERE partner_id = $1 AND revoked_at IS NULL", ACME)
    finally:
        await owner.close()
    return {row["id"] for row in rows}


async def test_strangers_and_members_see_nothing(site: Site) -> None:
    one = (await site.as_(OLGA).get(KEYS)).json()["data"][0]["id"]
    stan = site.as_(STAN)
    assert (await stan.get(KEYS)).json()["data"] == []
    for answer in (
        await stan.get(f"{KEYS}/{one}"),
        await stan.patch(f"{KEYS}/{one}", json={"name": "Mine"}),
        await stan.delete(f"{KEYS}/{one}"),
        await stan.post(f"{KEYS}/{one}/set-default"),
        await stan.post(f"{KEYS}/{one}/test"),
        await stan.get(f"/api/partner/workspaces/{CLINIC}/integrations"),
        await stan.post(
            f"/api/partner/workspaces/{RIVAL_SHOP}/integrations",
            json={"provider": "vapi", "partner_integration_id": one},
        ),
        await site.as_(ADAM).post(
            f"/api/partner/workspaces/{RIVAL_SHOP}/integrations",
            json={"provider": "vapi", "partner_integration_id": one},
        ),
    ):
        assert answer.status_code == 404
    assert (await site.as_(MIA).get(KEYS)).status_code == 403


async def test_a_new_workspace_gets_the_default_key(site: Site, work: Any) -> None:
    olga = site.as_(OLGA)
    created = await olga.post("/api/workspaces", json={"name": "Fresh"})
    assert created.status_code == 200, created.text
    await work()
    path = f"/api/partner/workspaces/{created.json()['data']['workspace']['id']}/integrations"
    assert len((await olga.get(path)).json()["data"]["assignments"]) == 1
