"""A refused key: marked, told of once, left alone, and taken up again when it works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from tests.conftest import Sandbox, Site
from tests.world import ACME, ADAM, CLINIC, MIA, OLGA

from inspralv.foundation.context import Actor
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.services import Services
from inspralv.integrations.care import CareArgs, probe_keys

Work = Callable[[], Awaitable[None]]
KEYS, ORG, AGENTS = "/api/partner/integrations", "/org/integrations", "/api/w/clinic/agents"
REFUSED = {"status": 401, "times": 50}


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def key(site: Site, sandbox: Sandbox, owner: asyncpg.Connection, work: Work) -> AsyncIterator[dict[str, Any]]:
    """A key in use, and no mail yet."""
    await sandbox.reset()
    await owner.execute("DELETE FROM app.mail_messages")
    olga = site.as_(OLGA)
    body = {"provider": "vapi", "name": "Main & Co", "default_secret_key": sandbox.private_key}
    added = (await olga.post(KEYS, json=body)).json()["data"]
    await work()
    yield added
    await sandbox.reset()
    for place in added["assigned_workspaces"]:
        await olga.delete(f"/api/partner/workspaces/{place['id']}/integrations/vapi")
    await olga.delete(f"{KEYS}/{added['id']}")
    await work()


async def mails(owner: asyncpg.Connection) -> list[asyncpg.Record]:
    return list(await owner.fetch("SELECT recipient, subject, html, plain FROM app.mail_messages ORDER BY recipient"))


async def revoke(site: Site, sandbox: Sandbox, work: Work, name: str) -> dict[str, Any]:
    """Let the provider refuse the key when an agent is brought there."""
    await sandbox.mischief(fail=[REFUSED])
    made = (await site.as_(OLGA).post(AGENTS, json={"name": name, "provider": "vapi"})).json()["data"]
    await work()
    return dict(made)


async def probe(services: Services) -> None:
    await probe_keys(Job(services, Envelope(partner_id=ACME, workspace_id=CLINIC, actor=Actor("system"), args={}), 1),
                     CareArgs())  # fmt: skip


async def read(site: Site, agent: dict[str, Any]) -> dict[str, Any]:
    return dict((await site.as_(OLGA).get(f"{AGENTS}/{agent['id']}")).json()["data"])


async def test_owners_and_admins_are_mailed_once(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work, owner: asyncpg.Connection
) -> None:
    await revoke(site, sandbox, work, "First")
    await revoke(site, sandbox, work, "Second")
    assert (await site.as_(OLGA).post(f"{KEYS}/{key['id']}/test")).json()["data"]["key_status"] == "invalid"
    await work()
    sent = await mails(owner)
    assert [mail["recipient"] for mail in sent] == sorted([ADAM.email, OLGA.email]), "once, and members not at all"
    for mail in sent:
        assert mail["subject"] == "Vapi no longer accepts the key “Main & Co”"
        assert f"/org/integrations/{key['id']}" in mail["html"]
        assert f"/org/integrations/{key['id']}" in mail["plain"]
        assert "“Main &amp; Co”" in mail["html"]
        assert "“Main & Co”" in mail["plain"]
        assert sandbox.private_key not in mail["html"] + mail["plain"]
    await sandbox.mischief()
    assert (await site.as_(OLGA).post(f"{KEYS}/{key['id']}/test")).json()["data"]["key_status"] == "valid"
    await revoke(site, sandbox, work, "Third")
    assert len(await mails(owner)) == 4, "it was valid in between"


async def test_nobody_talks_with_a_refused_key(site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work) -> None:
    made = await revoke(site, sandbox, work, "Front desk")
    assert "does not accept the key" in (await read(site, made))["sync_error"]
    await sandbox.mischief()  # it would work again, but nobody knows yet
    before = len(await sandbox.requests())
    olga = site.as_(OLGA)
    other = (await olga.post(AGENTS, json={"name": "Later", "provider": "vapi"})).json()["data"]
    await olga.post(f"{AGENTS}/{made['id']}/sync")
    await work()
    assert (await olga.post(f"{AGENTS}/{made['id']}/test-call")).status_code in {409, 502}
    assert len(await sandbox.requests()) == before
    held = await read(site, other)
    assert held["sync_status"] == "error"
    assert "nothing is sent until it is replaced or works again" in held["sync_error"]
    page = (await olga.get(f"{ORG}/{key['id']}")).text
    assert "Vapi does not accept this key" in page
    assert "does not accept “Main &amp; Co”" in (await olga.get(ORG)).text
    assert "does not take the key any more" in (await site.as_(MIA).get("/w/clinic/integrations")).text
    assert (await olga.post(f"{ORG}/{key['id']}/test")).headers["location"].endswith("done=valid")
    await work()
    assert {(await read(site, one))["sync_status"] for one in (made, other)} == {"synced"}


async def test_a_new_key_or_the_same_again_resumes(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work
) -> None:
    olga, path = site.as_(OLGA), f"{KEYS}/{key['id']}"
    for again in (sandbox.account.spare_keys[0], sandbox.account.spare_keys[0]):
        made = await revoke(site, sandbox, work, "Waits")
        await sandbox.mischief()
        changed = await olga.patch(path, json={"default_secret_key": again})
        assert changed.json()["data"]["key_status"] == "valid"
        await work()
        assert (await read(site, made))["sync_status"] == "synced"


async def test_it_is_tried_again_by_itself_less_and_less_often(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work, owner: asyncpg.Connection, services: Services
) -> None:
    made = await revoke(site, sandbox, work, "Probed")
    before = len(await sandbox.requests())
    await probe(services)
    assert len(await sandbox.requests()) == before, "not within the hour"
    pauses = []
    for _ in range(7):
        await owner.execute("UPDATE app.integrations SET probe_at = now() - interval '1 second'")
        await probe(services)
        pauses.append(
            await owner.fetchval("SELECT round(extract(epoch FROM probe_at - now()) / 3600) FROM app.integrations")
        )
    assert [int(pause) for pause in pauses] == [2, 4, 8, 16, 24, 24, 24]
    assert len(await sandbox.requests()) == before + 7
    await sandbox.mischief()
    await owner.execute("UPDATE app.integrations SET probe_at = now() - interval '1 second'")
    await probe(services)
    await work()
    assert (await site.as_(OLGA).get(f"{KEYS}/{key['id']}")).json()["data"]["key_status"] == "valid"
    assert (await read(site, made))["sync_status"] == "synced"
    assert await owner.fetchval("SELECT probe_at IS NULL AND probes = 0 FROM app.integrations")


async def test_a_key_out_of_use_is_not_tried(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work, owner: asyncpg.Connection, services: Services
) -> None:
    await revoke(site, sandbox, work, "Off")
    await site.as_(OLGA).patch(f"{KEYS}/{key['id']}", json={"is_active": False})
    await work()
    await owner.execute("UPDATE app.integrations SET probe_at = now() - interval '1 second'")
    before = len(await sandbox.requests())
    await probe(services)
    assert len(await sandbox.requests()) == before
