"""Setting up identity providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from tests.accounts.door import FORM, PROXIED, text_of
from tests.accounts.oidc_server import CLIENT, SECRET, Provider, serve_provider
from tests.conftest import Site
from tests.world import ADAM, OLGA, STAN

from inspralv.accounts.sign_on.schemas import GOOGLE

ENVIRON = PROXIED | {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
PROVIDERS = "/api/partner/identity-providers"


@pytest.fixture(scope="module")
def idp() -> Iterator[Provider]:
    with serve_provider() as provider:
        yield provider


def _form(issuer: str, **rest: str) -> dict[str, Any]:
    given = {"label": "Desk", "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "enabled": "true"}
    return given | rest


async def test_owners_set_a_provider_up_and_its_secret_is_never_shown(
    site: Site, owner: asyncpg.Connection, idp: Provider
) -> None:
    boss = site.as_(OLGA, headers=FORM)
    assert "http://acme.localhost" in (await boss.get("/org/sign-in")).text
    faulty = await boss.post("/org/sign-in", data=_form("ftp://elsewhere.test", domains="not a domain!"))
    assert faulty.status_code == 422
    assert SECRET not in faulty.text
    added = await boss.post("/org/sign-in", data=_form(idp.issuer, domains="acme.test\nAcme.example"))
    assert (added.status_code, added.headers["location"]) == (303, "/org/sign-in?done=added")
    [listed] = (await boss.get(PROVIDERS, headers={"accept": "application/json"})).json()["data"]
    assert (listed["domains"], listed["auto_join"], listed["enabled"]) == (["acme.test", "acme.example"], False, True)
    here = f"/org/sign-in/{listed['id']}"
    sealed = await owner.fetchval("SELECT client_secret FROM app.identity_providers")
    assert SECRET.encode() not in sealed
    assert (await boss.post("/org/sign-in", data=_form(idp.issuer))).status_code == 409
    assert (await boss.post(f"{here}/check")).headers["location"] == f"{here}?done=right"
    idp.names_itself = "https://elsewhere.test"
    wrong = await boss.post(f"{here}/check")
    assert "calls itself https://elsewhere.test" in text_of(wrong.text)
    saved = await boss.post(here, data={"label": "Front", "client_id": "c", "client_secret": "", "domains": ""})
    assert saved.headers["location"] == f"{here}?done=saved"
    row = await owner.fetchrow("SELECT label, client_id, client_secret, enabled FROM app.identity_providers")
    assert tuple(row) == ("Front", "c", sealed, False)
    audit = await owner.fetch("SELECT a::text FROM app.audit_log a WHERE action LIKE 'identity_provider%'")
    assert len(audit) == 2
    assert not [one for one in audit if SECRET in one[0]]
    assert (await boss.post(f"{here}/removal")).headers["location"] == "/org/sign-in?done=removed"
    assert (await boss.get(here)).status_code == 404


async def test_admins_look_and_owners_decide(site: Site, idp: Provider) -> None:
    assert (await site.as_(ADAM).get("/org/sign-in")).status_code == 200
    refused = await site.as_(ADAM).post(PROVIDERS, json={**_form(idp.issuer), "enabled": True})
    assert refused.status_code == 403


async def test_without_the_feature_there_is_google_only(site: Site, owner: asyncpg.Connection, idp: Provider) -> None:
    boss = site.as_(STAN)
    await owner.execute("UPDATE app.partners SET features = '{\"sso\": false}' WHERE slug = 'rival'")
    await owner.execute("SELECT pg_notify('cache', 'partners')")
    refused = await boss.post(PROVIDERS, json={**_form(idp.issuer), "enabled": True})
    assert (refused.status_code, "sso" in refused.json()["detail"]) == (403, True), refused.text
    assert (await boss.post(PROVIDERS, json={**_form(GOOGLE), "enabled": True})).status_code == 201


@pytest.mark.parametrize(
    "issuer", ["http://elsewhere.test", "https://u:p@elsewhere.test", "javascript:alert(1)", "https://["]
)
async def test_an_issuer_is_an_https_address(site: Site, issuer: str) -> None:
    refused = await site.as_(OLGA).post(PROVIDERS, json={**_form(issuer), "enabled": True})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/issuer"), refused.text
