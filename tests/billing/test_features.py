"""Every feature under every plan and under what was agreed against it: the API, the page, and what was set up before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from tests.accounts.oidc_server import CLIENT, SECRET, Provider, serve_provider
from tests.api_keys.conftest import plant, robot
from tests.billing.conftest import Agree
from tests.conftest import Site
from tests.world import ACME, MIA, OLGA, WIM

from inspralv.foundation.ids import uuid7

ENVIRON = {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
PROVIDERS, DOMAINS, KEYS = "/api/partner/identity-providers", "/api/partner/domains", "/api/account/api-keys"
HELD, WAITING, NEW = "voice.held.example", "voice.waiting.example", "voice.new.example"
FEATURES = ("white_label", "custom_domain", "api_access", "sso", "advanced_analytics")
PLANS = {
    "free": "",
    "starter": "custom_domain api_access",
    "pro": "white_label custom_domain api_access advanced_analytics",
    "enterprise": "white_label custom_domain api_access advanced_analytics sso",
}
_SOME, _OTHERS = ("white_label", "api_access", "advanced_analytics"), ("custom_domain", "sso")
STATES = [
    *[(tier, {}) for tier in PLANS],
    *[("free", dict.fromkeys(names, True)) for names in (_SOME, _OTHERS)],
    *[("enterprise", dict.fromkeys(names, False)) for names in (_SOME, _OTHERS)],
]
Held = dict[str, Any]


@pytest.fixture(scope="module")
def idp() -> Iterator[Provider]:
    with serve_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
async def held(site: Site, rows: asyncpg.Connection, idp: Provider) -> AsyncIterator[Held]:
    """What the agency set up while it had every feature."""
    form = {"issuer": idp.issuer, "client_id": CLIENT, "client_secret": SECRET, "enabled": True}
    desk = await site.as_(OLGA).post(PROVIDERS, json={**form, "label": "Desk"})
    assert desk.status_code == 201, desk.text
    now = datetime.now(UTC)
    for hostname, verified_at in ((HELD, now), (WAITING, None)):
        await rows.execute(
            "INSERT INTO app.partner_domains (id, hostname, partner_id, verification_token, verified_at, created_at)"
            " VALUES ($1, $2, $3, 'seen', $4, $5)", uuid7(now), hostname, ACME, verified_at, now,
        )  # fmt: skip
    assert (await site.as_(OLGA).patch("/api/partner", json={"branding": {"footer_text": "Held GmbH"}})).is_success
    yield {"key": await plant(rows, MIA), "provider": desk.json()["data"]["id"]}
    await rows.execute("DELETE FROM app.partner_domains WHERE hostname = ANY($1)", [HELD, WAITING])


async def _white_label(site: Site, _held: Held, *, on: bool) -> None:
    other = {"help_url": f"https://help.example/{uuid4()}"}
    _either(await site.as_(OLGA).patch("/api/partner", json={"branding": other}), "white_label", on=on)
    assert ("Held GmbH" in (await site.at("acme.localhost").get("/login")).text) is on
    assert ("Nothing is saved yet while you look." in (await site.as_(OLGA).get("/org/settings")).text) is on


async def _custom_domain(site: Site, _held: Held, *, on: bool) -> None:
    answer = await site.as_(OLGA).post(DOMAINS, json={"hostname": NEW})
    _either(answer, "custom_domain", on=on, success=201)
    page = (await site.as_(OLGA).get("/org/domains")).text
    assert ('action="/org/domains"' in page) is on
    if on:
        assert (await site.as_(OLGA).delete(f"{DOMAINS}/{NEW}")).is_success
    _either(await site.as_(OLGA).post(f"{DOMAINS}/{WAITING}/check"), "custom_domain", on=on, success=202)
    assert (await site.as_(OLGA).post(f"{DOMAINS}/{HELD}/check")).status_code == 202
    # As the page says: names that are there already go on working, or clients would stand before a closed door.
    assert ("go on working" in page) is not on
    assert (await site.at(HELD).get("/api/partner")).json()["data"]["partner"]["slug"] == "acme"


async def _api_access(site: Site, held: Held, *, on: bool) -> None:
    made = await site.as_(MIA).post(KEYS, json={"name": "CRM", "scopes": ["workspace.agents:read"]})
    _either(made, "api_access", on=on, success=201)
    if on:
        key = made.json()["data"]["key"]["id"]
        assert (await site.as_(MIA).delete(f"{KEYS}/{key}")).is_success
    _either(await robot(site, held["key"]).get("/api/w/clinic/agents"), "api_access", on=on)
    assert ("not part of your plan" in (await site.as_(MIA).get("/account/api-keys")).text) is not on


async def _sso(site: Site, held: Held, *, on: bool) -> None:
    changed = await site.as_(OLGA).patch(f"{PROVIDERS}/{held['provider']}", json={"label": "Desk"})
    _either(changed, "sso", on=on)
    login = f"/login/with/{held['provider']}"
    assert (login in (await site.at("acme.localhost").get("/login")).text) is on
    begun = await site.at("acme.localhost").get(login)
    assert (begun.status_code == 303 and CLIENT in begun.headers["location"]) is on, (begun.status_code, begun.headers)


async def _advanced_analytics(site: Site, _held: Held, *, on: bool) -> None:
    _either(await site.as_(WIM).get("/api/w/clinic/analytics"), "advanced_analytics", on=on)
    assert (await site.as_(WIM).get("/w/clinic/analytics/export.csv")).status_code == (200 if on else 403)
    assert ("export.csv" in (await site.as_(WIM).get("/w/clinic/analytics")).text) is on


PROBES: dict[str, Callable[..., Awaitable[None]]] = {
    "white_label": _white_label, "custom_domain": _custom_domain, "api_access": _api_access, "sso": _sso,
    "advanced_analytics": _advanced_analytics,
}  # fmt: skip


def _either(answer: Any, name: str, *, on: bool, success: int = 200) -> None:
    """It works, or the refusal names the feature."""
    assert answer.status_code == (success if on else 403), (name, answer.text)
    assert on or name in answer.json()["detail"]


@pytest.mark.parametrize(("tier", "agreed"), STATES, ids=str)
async def test_a_feature_is_there_or_not(
    site: Site, agree: Agree, held: Held, tier: str, agreed: dict[str, bool]
) -> None:
    await agree(tier, features=agreed)
    told = (await site.as_(OLGA).get("/api/partner/plan")).json()["data"]["features"]
    assert set(told) == set(FEATURES) == set(PROBES)
    for name, probe in PROBES.items():
        on = agreed.get(name, name in PLANS[tier].split())
        assert told[name] is on, name
        await probe(site, held, on=on)
