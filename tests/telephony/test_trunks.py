"""SIP trunks: kept, changed, one default; the password goes in and never comes out."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from tests.conftest import Site
from tests.telephony.conftest import ORG, TRUNK, errors_of
from tests.world import MIA, OLGA, STAN, VERA

PASSWORD = str(TRUNK["sip_password"])
ALL = f"{ORG}/sip-trunks"
PAGES = "/org/telephony/trunks"


async def add(client: AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(ALL, json={**TRUNK, **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def test_the_first_is_the_default_and_another_can_become_it(site: Site) -> None:
    olga = site.as_(OLGA)
    first, second = await add(olga), await add(olga, name="Second")
    assert (first["is_default"], second["is_default"]) == (True, False)
    assert first["outbound_caller_id"] == "+14155550177"
    await olga.patch(f"{ALL}/{second['id']}", json={"is_default": True})
    listed = (await olga.get(ALL)).json()["data"]
    assert [(one["name"], one["is_default"]) for one in listed[:2]] == [("Second", True), ("Main trunk", False)]
    refused = await olga.patch(f"{ALL}/{second['id']}", json={"is_default": False})
    assert "/is_default" in errors_of(refused)
    assert (await olga.delete(f"{ALL}/{second['id']}")).status_code == 200
    assert (await olga.get(f"{ALL}/{first['id']}")).json()["data"]["is_default"]


async def test_the_password_is_sealed_and_never_answered(site: Site, rows: asyncpg.Connection) -> None:
    olga = site.as_(OLGA)
    added = await add(olga, name="Sealed")
    replaced = f"{PASSWORD}-new"
    answers = [
        await olga.get(ALL), await olga.get(f"{ALL}/{added['id']}"),
        await olga.patch(f"{ALL}/{added['id']}", json={"sip_password": replaced}),
        await olga.get(f"{PAGES}/{added['id']}"), await olga.get("/org/telephony"),
        await olga.post(PAGES + "/new", data={"name": "", "sip_password": PASSWORD}),
        await olga.post(f"{PAGES}/{added['id']}", data={"name": "", "sip_password": PASSWORD}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 400, 400]
    stored = await rows.fetch(
        "SELECT t::text AS row FROM app.sip_trunks t UNION ALL SELECT a::text FROM app.audit_log a"
    )
    for text in [*(answer.text for answer in answers), *(row["row"] for row in stored)]:
        assert PASSWORD not in text
        assert PASSWORD.encode().hex() not in text
    told = [row["row"] for row in stored if "sip_trunk.changed" in row["row"] and "sip_password" in row["row"]]
    assert len(told) == 1  # that it was replaced is told, what by is not


async def test_a_change_touches_only_what_was_sent(site: Site, rows: asyncpg.Connection) -> None:
    olga = site.as_(OLGA)
    added = await add(olga, name="Partly", sip_realm="example.com")
    before = await rows.fetchval("SELECT sip_password FROM app.sip_trunks WHERE id = $1", added["id"])
    changed = (await olga.patch(f"{ALL}/{added['id']}", json={"sip_port": 5061})).json()["data"]
    kept = {k: v for k, v in changed.items() if k not in {"sip_port", "version", "updated_at"}}
    assert kept == {k: v for k, v in added.items() if k in kept}
    assert (changed["sip_port"], changed["version"]) == (5061, 2)
    assert await rows.fetchval("SELECT sip_password FROM app.sip_trunks WHERE id = $1", added["id"]) == before
    stale = await olga.patch(f"{ALL}/{added['id']}", json={"name": "Late"}, headers={"if-match": '"1"'})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"sip_port": 0}, "/sip_port"), ({"sip_transport": "carrier pigeon"}, "/sip_transport"),
        ({"sip_server": "sip:example.com"}, "/sip_server"), ({"registration_expiry": 59}, "/registration_expiry"),
        ({"outbound_caller_id": "0171 234567"}, "/outbound_caller_id"), ({"name": " "}, "/name"),
        ({"description": "x" * 1001}, "/description"), ({"sip_pasword": "typo"}, "/sip_pasword"),
    ],
)  # fmt: skip
async def test_faults_stand_at_their_fields(site: Site, change: dict[str, Any], pointer: str) -> None:
    refused = await site.as_(OLGA).post(ALL, json={**TRUNK, **change})
    assert refused.status_code == 400
    assert list(errors_of(refused)) == [pointer]


async def test_the_form_saves_and_keeps_what_was_typed(site: Site) -> None:
    olga = site.as_(OLGA)
    typed = {
        "name": "By form", "sip_server": "sip.example.com", "sip_port": "5060", "sip_transport": "tls", "sip_username": "u",
        "sip_password": PASSWORD, "registration_expiry": "600", "is_active": "true",
    }  # fmt: skip
    bad = await olga.post(f"{PAGES}/new", data={**typed, "sip_port": "many"})
    assert (bad.status_code, 'id="e-sip_port"' in bad.text, "By form" in bad.text) == (400, True, True)
    assert (await olga.post(f"{PAGES}/new", data=typed)).status_code == 303
    listed = (await olga.get(ALL)).json()["data"]
    made = next(one for one in listed if one["name"] == "By form")
    assert (made["sip_transport"], made["register"], made["registration_expiry"]) == ("tls", False, 600)


async def test_rights_and_other_partners(site: Site) -> None:
    added = await add(site.as_(OLGA), name="Ours")
    for person in (MIA, VERA):
        assert (await site.as_(person).get(ALL)).status_code == 403
        assert (await site.as_(person).get("/org/telephony")).status_code == 403
    stan = site.as_(STAN)
    assert (await stan.get(ALL)).json()["data"] == []
    assert (await stan.get(f"{ALL}/{added['id']}")).status_code == 404
    assert (await stan.patch(f"{ALL}/{added['id']}", json={"name": "Mine"})).status_code == 404
