"""What the walk leaves out, each looked at in its own way: what is endless, and what begins or ends somebody's session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from tests.conftest import Site
from tests.isolation.askers import LOOKING, OPERATOR, PEOPLE, RIVAL_OWNER
from tests.isolation.tenants import IVY, IVY_THERE, Tenant
from tests.isolation.walk import LEFT_OUT, Walk
from tests.world import ACME, MIA, OLGA, PASSWORD, RIVAL, STAN, Cast

_STREAMS = {"GET /w/{workspace_slug:str}/events", "GET /org/events"}
_SIGN_INS = {"POST /login", "POST /api/auth/signin"}
_ENDING_OTHERS = {"DELETE /api/account/sessions", "POST /account/sessions/end-others"}
_ENDING = {"POST /api/auth/signout", "POST /super-admin/signout", "POST /view-as/end"}
_OPEN_SESSIONS = "SELECT count(*) FROM app.sessions WHERE partner_id = $1 AND user_id = $2 AND revoked_at IS NULL"


def test_everything_left_out_is_looked_at() -> None:
    assert LEFT_OUT.keys() == _STREAMS | _SIGN_INS | _ENDING_OTHERS | _ENDING


async def test_a_workspace_s_stream_tells_of_it_alone(site: Site, walk: Walk) -> None:
    """What happens elsewhere happens first: once the own change is told, the others would have been."""
    keepers = {one.name: site.as_(one.owner) for one in (walk.rival, walk.bakery, walk.clinic)}

    async def change(tenant: Tenant) -> None:
        agent = f"/api/w/{tenant.slug}/agents/{tenant.known['agent_id']}"
        assert (await keepers[tenant.name].delete(f"{agent}/activation")).is_success
        assert (await keepers[tenant.name].put(f"{agent}/activation")).is_success

    told = await _follow(
        site.as_(MIA), "/w/clinic/events", [lambda t=t: change(t) for t in (walk.rival, walk.bakery, walk.clinic)],
        walk.clinic.mark,
    )  # fmt: skip
    for other in (walk.bakery, walk.rival):
        assert not [word for word in (*other.words, *other.shop_words) if word in told]


async def test_an_agency_s_stream_tells_of_it_alone(site: Site, walk: Walk) -> None:
    async def lead_with(tenant: Tenant, hostname: str) -> None:
        answer = await site.as_(tenant.owner).put(f"/api/partner/domains/{hostname}/primary")
        assert answer.is_success, answer.text

    theirs = [(tenant, tenant.known["hostname"]) for tenant in (walk.rival, walk.clinic)]
    for _tenant, hostname in theirs:
        await walk.rows.execute("UPDATE app.partner_domains SET verified_at = now() WHERE hostname = $1", hostname)
    causes = [lambda one=one: lead_with(*one) for one in theirs]
    told = await _follow(site.as_(OLGA), "/org/events", causes, walk.clinic.known["hostname"])
    for tenant, hostname in theirs:
        await lead_with(tenant, tenant.owner.host)
        await walk.rows.execute("UPDATE app.partner_domains SET verified_at = NULL WHERE hostname = $1", hostname)
    assert not [word for word in (*walk.rival.words, *walk.rival.house_words) if word in told]


@pytest.mark.parametrize(
    ("who", "host", "path", "status"),
    [
        (MIA, "acme.localhost", "/w/bakery/events", 404),
        (MIA, "rival.localhost", "/w/clinic/events", 303),
        (STAN, "acme.localhost", "/w/clinic/events", 303),
        (OLGA, "rival.localhost", "/org/events", 303),
        (OLGA, "localhost", "/org/events", 303),
    ],
)
async def test_no_other_s_stream_opens(site: Site, walk: Walk, who: Cast, host: str, path: str, status: int) -> None:
    client = site.at(host, headers={"cookie": f"session={who.token}"})
    async with client.stream("GET", path) as stream:
        assert stream.status_code == status


@pytest.mark.parametrize("host", ["acme.localhost", "rival.localhost", "localhost"])
async def test_the_operator_s_session_opens_no_stream(site: Site, walk: Walk, host: str) -> None:
    for path in ("/w/clinic/events", "/org/events"):
        async with site.at(host, headers=dict(OPERATOR.shown)).stream("GET", path) as stream:
            assert stream.status_code == 303


@pytest.mark.parametrize("path", ["/api/auth/signin", "/login"])
async def test_people_sign_in_where_they_belong(site: Site, walk: Walk, path: str) -> None:
    """With the right password, elsewhere, one is told what a stranger is told."""
    await walk.rows.execute("DELETE FROM app.rate_limits")
    for who, elsewhere in ((OLGA, "rival.localhost"), (STAN, "acme.localhost"), (OLGA, "localhost")):
        stranger = await _sign_in(site, elsewhere, path, "nobody@nowhere.test")
        refused = await _sign_in(site, elsewhere, path, who.email)
        assert (refused.status_code, "session" in refused.cookies) == (stranger.status_code, False)
        assert _said(refused, who.email) == _said(stranger, "nobody@nowhere.test")
        assert "session" in (await _sign_in(site, who.host, path, who.email)).cookies


async def test_one_address_with_two_agencies_is_two_people(site: Site, walk: Walk) -> None:
    await walk.rows.execute("DELETE FROM app.rate_limits")
    for here, there in ((IVY, IVY_THERE), (IVY_THERE, IVY)):
        session = (await _sign_in(site, here.host, "/api/auth/signin", IVY.email)).cookies["session"]
        at_home = site.at(here.host, headers={"cookie": f"session={session}"})
        assert (await at_home.get("/api/account")).json()["data"]["id"] == str(here.id)
        away = site.at(there.host, headers={"cookie": f"session={session}"})
        assert (await away.get("/api/account")).status_code == 401


@pytest.mark.parametrize(("method", "path"), [tuple(one.split()) for one in sorted(_ENDING_OTHERS)])
async def test_ending_one_s_other_sessions_ends_one_s_own(site: Site, walk: Walk, method: str, path: str) -> None:
    await walk.rows.execute("DELETE FROM app.rate_limits")
    for who in (IVY, IVY_THERE):
        await _sign_in(site, who.host, "/api/auth/signin", IVY.email)
    there, beside = (RIVAL, IVY_THERE.id), (ACME, walk.clinic.person.id)
    before = [await walk.rows.fetchval(_OPEN_SESSIONS, *one) for one in (there, beside)]
    answer = await site.as_(IVY).request(method, path)
    assert answer.status_code in {200, 303}, answer.text
    assert await walk.rows.fetchval(_OPEN_SESSIONS, ACME, IVY.id) == 1
    assert [await walk.rows.fetchval(_OPEN_SESSIONS, *one) for one in (there, beside)] == before


async def test_nobody_ends_what_is_another_s(site: Site, walk: Walk) -> None:
    """Signing out ends the session one shows, on its own host."""
    doors = [one.split()[1] for one in sorted(_ENDING)]
    for who in (*PEOPLE, RIVAL_OWNER):
        for host in {"acme.localhost", "rival.localhost", "localhost"} - {who.host}:
            for door in doors:
                await site.at(host, headers=dict(who.shown)).post(door)
    for host in ("acme.localhost", "rival.localhost", "localhost"):
        for door in doors:
            await site.at(host).post(door)
    for who in (*PEOPLE, RIVAL_OWNER, LOOKING):
        path = "/api/auth/context"
        assert (await site.at(who.host, headers=dict(who.shown)).get(path)).status_code == 200, who.name
    assert (await site.at(OPERATOR.host, headers=dict(OPERATOR.shown)).get("/super-admin")).status_code == 200


async def _follow(client: httpx.AsyncClient, path: str, causes: list[Callable[[], Awaitable[None]]], until: str) -> str:
    """Everything a stream tells from its first line on until a word comes, while things happen."""
    told: list[str] = []
    async with asyncio.timeout(60), client.stream("GET", path) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        for cause in causes:
            await cause()
        async for line in lines:
            told.append(line)
            if until in line:
                return "\n".join(told)
    raise AssertionError("the stream ended")


async def _sign_in(site: Site, host: str, path: str, email: str) -> httpx.Response:
    sent = {"email": email, "password": PASSWORD}
    client = site.at(host)
    return await (client.post(path, data=sent) if path == "/login" else client.post(path, json=sent))


def _said(answer: httpx.Response, email: str) -> str:
    """What an answer says to anybody: without the address that was typed, and the request's own id."""
    return answer.text.replace(email, "").replace(answer.headers["x-request-id"], "")
