"""Replacing a key without a gap: tried first, agents left alone, the old one believed for a while."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from tests.conftest import Sandbox, Site
from tests.world import ACME, CLINIC, MIA, OLGA

from inspralv.foundation.db.dsn import Dsns
from inspralv.sandbox.customers import CUSTOMERS
from inspralv.sandbox.options import RIVAL

Work = Callable[[], Awaitable[None]]
KEYS, ORG = "/api/partner/integrations", "/org/integrations"
OWN_HOOK_KEY = next(name for name, pair in CUSTOMERS.items() if pair.acme.credentials.get("webhook_key"))


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def key(site: Site, sandbox: Sandbox, work: Work) -> AsyncIterator[dict[str, Any]]:
    """A key in use by both workspaces, tested, with an agent that the provider has."""
    await sandbox.reset()
    olga = site.as_(OLGA)
    body = {"provider": "vapi", "name": "Main", "default_secret_key": sandbox.private_key}
    added = (await olga.post(KEYS, json=body)).json()["data"]
    path = f"{KEYS}/{added['id']}"
    agent = (await olga.post("/api/w/clinic/agents", json={"name": "Front desk", "provider": "vapi"})).json()["data"]
    await work()
    yield (await olga.post(f"{path}/test")).json()["data"]
    await olga.delete(f"/api/w/clinic/agents/{agent['id']}")
    await work()
    for place in added["assigned_workspaces"]:
        await olga.delete(f"/api/partner/workspaces/{place['id']}/integrations/vapi")
    assert (await olga.delete(path)).status_code == 200


async def asked(sandbox: Sandbox, method: str) -> int:
    return sum(1 for one in await sandbox.requests() if one["method"] == method)


async def test_a_key_of_the_same_account_replaces_the_old_one_and_no_agent_moves(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work, owner: asyncpg.Connection
) -> None:
    olga, path = site.as_(OLGA), f"{KEYS}/{key['id']}"
    assert (key["key_status"], key["account_id"]) == ("valid", sandbox.account.org_id)
    pushes = await asked(sandbox, "POST"), await asked(sandbox, "PATCH")
    changed = await olga.patch(path, json={"default_secret_key": sandbox.account.spare_keys[0]})
    assert changed.status_code == 200, changed.text
    await work()
    now = changed.json()["data"]
    assert (now["key_status"], now["secret_hint"], now["replaced_by_name"]) == ("valid", "pare", "Olga Test")
    assert now["replaced_at"]
    assert (await asked(sandbox, "POST"), await asked(sandbox, "PATCH")) == pushes, "nothing was pushed anew"
    told = await owner.fetchval(
        "SELECT a::text FROM app.audit_log a WHERE action = 'integration.key_replaced' ORDER BY id DESC LIMIT 1"
    )
    assert "pare" in told
    assert sandbox.private_key not in told


async def test_a_key_of_another_account_brings_the_agents_there(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work
) -> None:
    olga, path = site.as_(OLGA), f"{KEYS}/{key['id']}"
    there = httpx.AsyncClient(base_url=sandbox.url, headers={"authorization": f"Bearer {RIVAL.private_key}"})
    await there.post("/assistant", json={"name": "Theirs already"})  # so that the account tells whose it is
    await olga.patch(path, json={"config": {"shared_outbound_phone_number_id": sandbox.phone_number_id}})
    changed = (await olga.patch(path, json={"default_secret_key": RIVAL.private_key})).json()["data"]
    await work()
    assert changed["account_id"] == RIVAL.org_id
    assert changed["config"].get("shared_outbound_phone_number_id") is None, "that number was the other account's"
    names = [one["name"] for one in (await there.get("/assistant")).json()]
    await there.aclose()
    assert "Front desk" in names


async def test_a_key_that_is_refused_changes_nothing(site: Site, sandbox: Sandbox, key: dict[str, Any]) -> None:
    olga, path = site.as_(OLGA), f"{KEYS}/{key['id']}"
    refused = await olga.patch(path, json={"name": "Renamed", "default_secret_key": "nobody-knows-this"})
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/default_secret_key"]
    form = {"default_secret_key": "nobody-knows-this", "version": str(key["version"])}
    page = await olga.post(f"{ORG}/{key['id']}/key", data=form)
    assert page.status_code == 400
    assert "Vapi does not take this key" in page.text.split('id="e-default_secret_key"', 1)[1][:600]
    await sandbox.mischief(outage=True)
    down = await olga.patch(path, json={"default_secret_key": sandbox.account.spare_keys[0]})
    page = await olga.post(f"{ORG}/{key['id']}/key", data={"default_secret_key": sandbox.account.spare_keys[0]})
    await sandbox.mischief()
    assert (down.status_code, page.status_code) == (502, 502)
    assert "nothing was changed" in page.text
    same = (await olga.get(path)).json()["data"]
    assert same == key
    assert (await olga.post(f"{path}/test")).json()["data"]["key_status"] == "valid", "the old one is in use"


async def test_the_page_replaces_and_says_who_did(site: Site, sandbox: Sandbox, key: dict[str, Any]) -> None:
    olga, page = site.as_(OLGA), f"{ORG}/{key['id']}"
    form = (await olga.get(f"{page}/key")).text
    assert "Stored: ends in" in form
    assert sandbox.private_key not in form
    stale = {"default_secret_key": sandbox.account.spare_keys[0], "version": str(key["version"] + 1)}
    assert (await olga.post(f"{page}/key", data=stale)).status_code == 409
    done = await olga.post(f"{page}/key", data=stale | {"version": str(key["version"])})
    assert done.headers["location"] == f"{page}?done=replaced"
    shown = (await olga.get(page)).text
    assert "by Olga Test" in shown
    assert (await site.as_(MIA).get(f"{page}/key")).status_code == 403
    assert (await site.as_(MIA).post(f"{page}/key", data=stale)).status_code == 403
    assert "End it now" not in shown, "this vendor signs nothing with the key"


# ── a vendor that signs its deliveries with a key of the account ──
@pytest.fixture
async def signing(site: Site, sandbox: Sandbox) -> AsyncIterator[dict[str, Any]]:
    olga, pair = site.as_(OLGA), CUSTOMERS[OWN_HOOK_KEY]
    given = dict(pair.acme.credentials)
    keys = {f"default_{name}": given.pop(name) for name in ("secret_key", "webhook_key")}
    body = {"provider": OWN_HOOK_KEY, "name": "Signing", "config": given, **keys}
    added = await olga.post(KEYS, json=body)
    assert added.status_code == 201, added.text
    yield added.json()["data"]
    for place in added.json()["data"]["assigned_workspaces"]:
        await olga.delete(f"/api/partner/workspaces/{place['id']}/integrations/{OWN_HOOK_KEY}")
    await olga.delete(f"{KEYS}/{added.json()['data']['id']}")


async def address_of(site: Site, key: dict[str, Any]) -> str:
    """As the page shows it for copying."""
    page = (await site.as_(OLGA).get(f"{ORG}/{key['id']}/webhooks")).text
    url = page.split("/api/webhooks/", 1)[1].split('"', 1)[0]
    return f"/api/webhooks/{url}"


async def deliver(site: Site, address: str, secret: str) -> int:
    """A delivery signed as the vendor signs it."""
    body = {"call": {"call_id": "c-1", "model_id": "m-1", "status": "completed"}}
    digest = hmac.digest(secret.encode(), b"c-1", "sha256")
    headers = {"content-type": "application/json", "x-synthflow-signature": base64.b64encode(digest).decode()}
    answer = await site.at("acme.localhost").post(address, content=json.dumps(body), headers=headers)
    return answer.status_code


async def test_both_keys_sign_until_the_old_one_is_ended(
    site: Site, sandbox: Sandbox, signing: dict[str, Any], owner: asyncpg.Connection
) -> None:
    olga, path = site.as_(OLGA), f"{KEYS}/{signing['id']}"
    old, new = CUSTOMERS[OWN_HOOK_KEY].acme.credentials["webhook_key"], "another-hook-key-of-theirs"
    address = await address_of(site, signing)
    assert (await deliver(site, address, old), await deliver(site, address, new)) == (200, 401)
    changed = (await olga.patch(path, json={"default_webhook_key": new, "overlap_hours": 2})).json()["data"]
    assert (changed["webhook_hint"], len(changed["former_keys"])) == ("eirs", 1)
    assert [await deliver(site, address, secret) for secret in (old, new, "a-third")] == [200, 200, 401]
    assert "End it now" in (await olga.get(f"{ORG}/{signing['id']}")).text
    assert (await olga.post(f"{ORG}/{signing['id']}/end-overlap")).status_code == 303
    assert [await deliver(site, address, secret) for secret in (old, new)] == [401, 200]
    assert (await olga.post(f"{path}/end-overlap")).status_code == 200, "no matter how often"
    ended = await owner.fetchval("SELECT count(*) FROM app.audit_log WHERE action = 'integration.overlap_ended'")
    assert ended == 1
    for secret in (old, new):
        assert not [
            r for r in await owner.fetch("SELECT a::text AS whole FROM app.audit_log a") if secret in r["whole"]
        ]


async def test_the_old_key_ends_by_itself_and_is_forgotten(
    site: Site, sandbox: Sandbox, signing: dict[str, Any], owner: asyncpg.Connection, services: Any
) -> None:
    olga, path = site.as_(OLGA), f"{KEYS}/{signing['id']}"
    old = CUSTOMERS[OWN_HOOK_KEY].acme.credentials["webhook_key"]
    address = await address_of(site, signing)
    await olga.patch(path, json={"default_webhook_key": "another-hook-key"})
    assert await deliver(site, address, old) == 200
    await owner.execute("UPDATE app.integration_former_keys SET valid_until = now() - interval '1 second'")
    assert await deliver(site, address, old) == 401
    assert (await olga.get(path)).json()["data"]["former_keys"] == []
    await sweep(services)
    assert await owner.fetchval("SELECT count(*) FROM app.integration_former_keys") == 0


async def test_no_overlap_means_none(site: Site, sandbox: Sandbox, signing: dict[str, Any]) -> None:
    old = CUSTOMERS[OWN_HOOK_KEY].acme.credentials["webhook_key"]
    address = await address_of(site, signing)
    body = {"default_webhook_key": "another-hook-key", "overlap_hours": 0}
    assert (await site.as_(OLGA).patch(f"{KEYS}/{signing['id']}", json=body)).json()["data"]["former_keys"] == []
    assert await deliver(site, address, old) == 401


async def sweep(services: Any) -> None:
    from inspralv.foundation.context import Actor
    from inspralv.foundation.jobs.job import Envelope, Job
    from inspralv.integrations.care import CareArgs, sweep_former_keys

    job = Job(services, Envelope(partner_id=ACME, workspace_id=CLINIC, actor=Actor("system"), args={}), 1)
    await sweep_former_keys(job, CareArgs())
