"""What a request names besides its path: a thing of another workspace, or of another agency, is as good as none there is.
What is asked is right otherwise, and asked by somebody who may."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import httpx
import psycopg
import pytest
from PIL import Image
from tests.conftest import Site
from tests.fuzz.stored import state
from tests.house.routes import all_routes, fill, is_stream, label
from tests.isolation.controls import ids_sent
from tests.isolation.fences import close_policies, open_policies, without_predicates
from tests.isolation.places import (
    KEEPER,
    NO_THING,
    OPERATOR,
    OPERATORS_LISTS,
    PERSON,
    PLACES,
    Place,
    bodies,
    named_in_requests,
)
from tests.isolation.tenants import Tenant
from tests.isolation.walk import Walk
from tests.world import RIVAL

from inspralv.conversations.cursors import write_cursor
from inspralv.foundation.db.dsn import Dsns

Things = dict[str, str]
ROUTES: Final = {label(row): row for row in all_routes()}
HARBOUR: Final = UUID("019b7700-0700-7000-8000-000000000701")
PAGES: Final = [
    row for row in ROUTES.values() if row.method == "GET" and not row.path.startswith("/api/") and not is_stream(row)
]
each = pytest.mark.parametrize("place", PLACES, ids=lambda place: place.label)
_counts = itertools.count()


@pytest.fixture(scope="module")
def rows(dsns: Dsns) -> Iterator[psycopg.Connection]:
    """The owner's look at the tables."""
    with psycopg.connect(dsns.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
async def things(site: Site, walk: Walk, rows: psycopg.Connection) -> dict[str, Things]:
    """What every tenant has that a field may name, by the tenant's name."""
    rows.execute(
        "INSERT INTO app.workspaces (partner_id, id, slug, name, timezone, created_at, updated_at)"
        " VALUES (%s, %s, 'harbour', 'Harbour', 'UTC', now(), now())", [RIVAL, HARBOUR],
    )  # fmt: skip
    await site.at(OPERATOR.host).get("/login")  # that somebody has come is written down once
    slugs = {"clinic": "clinic", "bakery": "bakery", "rival": "harbour"}
    return {
        one.name: await _things(site, one, rows) | {"slug": slugs[one.name]}
        for one in (walk.clinic, walk.bakery, walk.rival)
    }


async def _things(site: Site, tenant: Tenant, rows: psycopg.Connection) -> Things:
    """One of everything, in a state in which it can be named: at its provider, called, and written of in the log."""
    known = tenant.known
    agent = known["agent_id"]
    rows.execute(
        "UPDATE app.ai_agents SET is_active = true, external_agent_id = id::text, external_ref = jsonb_build_object("
        "'integration_id', %s::text, 'ids', jsonb_build_object('assistant', 'a')) WHERE id = %s",
        [known["integration_id"], agent],
    )
    rows.execute(
        "UPDATE app.phone_numbers SET inbound_agent_id = %s, outbound_agent_id = %s WHERE id = %s",
        [agent, agent, known["number_id"]],
    )
    rows.execute(
        "INSERT INTO app.usage_daily (partner_id, workspace_id, day, agent_id, slot, calls)"
        " VALUES (%s, %s, current_date - 1, %s, 0, 4711)",
        [tenant.partner_id, tenant.workspace_id, agent],
    )
    person, keeper = site.as_(tenant.person), site.as_(tenant.owner)
    changed = await person.patch(f"/api/w/{tenant.slug}/settings", json={"timezone": "Europe/Lisbon"})
    assert changed.is_success, changed.text
    revised = await person.patch(f"/api/w/{tenant.slug}/agents/{agent}", json={"description": "d"})
    assert revised.is_success, revised.text
    domain = rows.execute("SELECT id FROM app.partner_domains WHERE hostname = %s", [known["hostname"]]).fetchone()
    entry = rows.execute(
        "SELECT max(id::text) FROM app.audit_log WHERE workspace_id = %s", [tenant.workspace_id]
    ).fetchone()
    assert domain is not None
    assert entry is not None
    kinds = ("logo", "favicon", "loose")
    pictures = {kind: await _picture(keeper, tenant, place) for place, kind in enumerate(kinds)}
    shown = await keeper.patch("/api/partner", json={"branding": {"logo_url": f"/brand/{pictures['logo']}"}})
    assert shown.is_success, shown.text
    return (
        tenant.named("/org/")
        | {
            "workspace_slug": tenant.slug, "number": tenant.line, "mark": tenant.mark, "actor": str(tenant.person.id),
            "email": tenant.person.email, "cursor": write_cursor(UUID(known["conversation_id"])), "entry": entry[0],
            "domain_id": str(domain[0]), "workspace_id": str(tenant.workspace_id),
        }
        | pictures
    )  # fmt: skip


async def _picture(keeper: httpx.AsyncClient, tenant: Tenant, place: int) -> str:
    """Upload a picture that no other tenant has; return its name."""
    drawn = io.BytesIO()
    red, green, blue = tenant.color
    Image.new("RGB", (48, 48), (red, green + place, blue)).save(drawn, "PNG")
    kind = "favicon" if place == 1 else "logo"
    sent = {"file": ("p.png", drawn.getvalue(), "image/png")}
    answer = await keeper.post("/api/upload/logo", params={"kind": kind}, files=sent)
    assert answer.is_success, answer.text
    return str(answer.json()["data"]["filename"])


def test_every_field_that_names_a_thing_is_tried() -> None:
    assert _untried(named_in_requests()) == set()
    assert {place.route for place in PLACES} <= ROUTES.keys()


async def test_every_id_that_pages_send_is_tried(walk: Walk, things: dict[str, Things]) -> None:
    """Forms and links carry ids that no signature tells of."""
    own, sent = things["clinic"], set[tuple[str, str]]()
    for row in PAGES:
        for who in (KEEPER, PERSON, OPERATOR):
            path = fill(row.path, **own)
            headers = {"host": f"{who.host}:{walk.site.port}", "accept": "text/html", **who.shown}
            page = await walk.http.get(path, headers=headers)
            if page.headers.get("content-type", "").startswith("text/html"):
                sent |= ids_sent(page.text, path)
    assert sent >= {("POST /org/invitations", "workspace."), ("POST /org/settings", "logo_url")}
    assert _untried(sent) == set()
    assert {field for _route, field in sent | named_in_requests()} >= NO_THING.keys(), "of no request any more"


def _untried(named: set[tuple[str, str]]) -> set[tuple[str, str]]:
    tried = {(place.route, place.field) for place in PLACES}
    return {
        (route, field)
        for route, field in named - tried
        if field not in NO_THING and not route.startswith(OPERATORS_LISTS)
    }


def test_no_body_takes_more_than_it_says() -> None:
    """Whatever else is sent along, at any depth, is refused by name: nobody sets what no form of theirs has."""
    assert [kind for kind in bodies() if not kind.__struct_config__.forbid_unknown_fields] == []


@each
async def test_what_is_not_theirs_cannot_be_named(
    walk: Walk, things: dict[str, Things], rows: psycopg.Connection, place: Place
) -> None:
    assert await _faults(walk, things, rows, place) == []


async def test_the_predicates_alone_hold(
    walk: Walk, things: dict[str, Things], rows: psycopg.Connection, dsns: Dsns
) -> None:
    await open_policies(dsns)
    found = [await _faults(walk, things, rows, place) for place in PLACES]
    with without_predicates():  # the proof that the others mean something
        down = [await _faults(walk, things, rows, place) for place in PLACES if place.method == "GET"]
    await close_policies(dsns)
    assert [fault for faults in found for fault in faults] == []
    assert len([faults for faults in down if any("markrival" in fault for fault in faults)]) >= 10


async def test_the_row_security_alone_holds(walk: Walk, things: dict[str, Things], rows: psycopg.Connection) -> None:
    with without_predicates():
        found = [await _faults(walk, things, rows, place) for place in PLACES]
    assert [fault for faults in found for fault in faults] == []


@each
async def test_what_is_their_own_can(
    walk: Walk, things: dict[str, Things], rows: psycopg.Connection, place: Place
) -> None:
    """Without this, that the others are refused would prove nothing."""
    own = things["clinic"]
    _ready(rows, place)
    answer = await _ask(walk, own, place, own[place.thing])
    assert answer.is_success or (answer.status_code == 303 and place.method == "POST"), answer.text
    assert _filled(place.shows, own) in answer.text
    assert not place.empty or place.empty not in answer.text


async def _faults(walk: Walk, things: dict[str, Things], rows: psycopg.Connection, place: Place) -> list[str]:
    """Name the things of others there; return what was told or done that should not be, in words."""
    own, faults = things["clinic"], []
    for other in place.others:
        sent = things[other][place.thing]
        _ready(rows, place)
        before = state(rows)
        answer = await _ask(walk, own, place, sent)
        after, told = state(rows), answer.text + str(answer.headers)
        found = [f"stores in {table}" for table in before if before[table] != after[table]]
        if place.method == "GET":
            found += [] if answer.status_code == 200 else ["is no empty list"]
            found += ["shows what is one's own"] if place.shows and _filled(place.shows, own) in told else []
            found += [] if place.empty in told else ["does not say that there is none"]
        elif not 400 <= answer.status_code < 500:
            found.append("is not refused")
        hidden = walk.hidden(ROUTES[place.route], place.who, "clinic") if place.who.cast else ()
        found += [f"tells {word}" for word in hidden if word not in sent and word in told]
        faults += [f"{place.label}, of {other}: {answer.status_code} {fault}" for fault in found]
    return faults


def _ready(rows: psycopg.Connection, place: Place) -> None:
    """Nobody has to wait, and a trunk is chosen for a number that its provider does not have yet."""
    rows.execute("DELETE FROM app.rate_limits")
    rows.execute("UPDATE app.phone_numbers SET state = %s", ["error" if place.field == "sip_trunk_id" else "active"])


async def _ask(walk: Walk, own: Things, place: Place, it: str) -> httpx.Response:
    written = _filled(
        json.dumps(place.sent), own | {"it": it, "new": f"n{next(_counts)}", "line": f"+141555{next(_counts):05}"}
    )
    sent: dict[str, Any] = json.loads(written)
    headers = {"host": f"{place.who.host}:{walk.site.port}", **place.who.shown}
    how: dict[str, Any] = {"params": sent} if place.in_query else {"json": sent} if _is_api(place) else {"data": sent}
    walk.http.cookies.clear()
    return await walk.http.request(place.method, fill(place.path, **own), headers=headers, **how)


def _is_api(place: Place) -> bool:
    return place.path.startswith("/api/")


def _filled(text: str, things: Things) -> str:
    """A text with things in the place of their names in braces."""
    for name, thing in things.items():
        text = text.replace(f"{{{name}}}", thing)
    return text
