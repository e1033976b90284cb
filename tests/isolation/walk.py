"""Every route × every role × own, other workspace, other partner. Three files walk it: with both fences up, with the
predicates alone, and with the row security alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.fuzz.bodies import OPERATIONS
from tests.house.routes import all_routes, fill, is_stream, is_write, label
from tests.house.tables import TENANT, WORKSPACE_LEVEL
from tests.isolation.tenants import IVY, OTTO, Tenant
from tests.world import ADAM, MIA, NOA, OLGA, RIVAL, STAN, VERA, Cast

from inspralv.assembly import RouteRow

Asker = tuple[Cast | None, str, dict[str, str]]  # who, below which workspace, the things that are named
PLACES = ("own", "other workspace", "other partner")
OF_ACME: tuple[Cast, ...] = (VERA, MIA, IVY, OTTO, NOA, ADAM, OLGA)
# What takes the sessions of the walkers or gives them new ones, and the mailbox of development, which is everybody's.
_NOT_WALKED = {
    "/api/auth/signout", "/api/auth/signin", "/api/auth/signup", "/login", "/signup", "/api/account/sessions",
    "/account/sessions/end-others", "/dev/mail", "/dev/mail/{mail_id:uuid}", "/dev/mail/{mail_id:uuid}/html",
}  # fmt: skip
ROUTES = [
    row
    for row in all_routes()
    if row.access != "signed_by_provider" and not is_stream(row) and row.path not in _NOT_WALKED
]
# What ends a workspace is asked of other workspaces only: the clinic has to outlive the walk.
_ENDS_IT = {
    ("DELETE", "/api/w/{workspace_slug:str}"), ("DELETE", "/api/w/{workspace_slug:str}/settings"),
    ("POST", "/w/{workspace_slug:str}/settings/deletion"),
}  # fmt: skip
_BODIES = {(one.method, re.sub(r"\{(\w+)\}", r"{\1}", one.path)): one.good for one in OPERATIONS}


def every_step(test: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for a test of every route (`row`) from every place (`place`), one place after the other."""
    each = pytest.mark.parametrize("place", PLACES)
    return each(pytest.mark.parametrize("row", ROUTES, ids=label)(test))


@dataclass
class Walk:
    """The three tenants, and what was counted on the way."""

    site: Site
    rows: asyncpg.Connection
    clinic: Tenant
    bakery: Tenant
    rival: Tenant
    cases: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    own_words_seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.site.port}", timeout=30)

    async def go(self, row: RouteRow, place: str) -> list[str]:
        """Ask a route as everybody; return what leaked, in words."""
        if place == "own" and is_write(row):
            return []  # what people may do to their own is no leak; what they name in it is tried from the other places
        faults = []
        for guarded, callers in self._turns(row, place):
            before = await self._state(guarded) if is_write(row) else {}
            for who, slug, things in callers:
                if slug == "clinic" and (row.method, row.path) in _ENDS_IT:
                    continue
                faults += await self._try(row, place, who, slug, things)
            after = await self._state(guarded) if is_write(row) else {}
            faults += await self._shut_out() if is_write(row) else []
            faults += [
                f"rows of {name} changed: {table}"
                for name, table in before
                if before[name, table] != after[name, table]
            ]
        return faults

    def require_sight(self) -> None:
        """Requests reached things, or nothing could have leaked."""
        print(f"cases: {self.cases}; {dict(self.reached)}; own words on {len(self.own_words_seen)} routes")  # noqa: T201
        assert len(self.own_words_seen) >= 40, sorted(self.own_words_seen)
        assert self.reached["own 2xx"] >= 600, self.reached
        assert not [kind for kind in self.reached if kind.endswith("5xx")], "what broke proved nothing"

    async def _try(self, row: RouteRow, place: str, who: Cast | None, slug: str, things: dict[str, str]) -> list[str]:
        answer = await self._ask(row, who, slug, things)
        self.cases += 1
        self.reached[f"{place} {answer.status_code // 100}xx"] += 1
        told, name = answer.text + str(answer.headers), who.name if who else "anybody"
        if place == "own" and self.clinic.mark in told:
            self.own_words_seen.add(label(row))
        sent = set(things.values())  # naming what one sent oneself tells nothing
        faults = [
            f"{name} at {slug}: {answer.status_code} tells {found}"
            for foreign in self._foreign(row, who, slug)
            if (found := [word for word in foreign.words if word not in sent and word in told])
        ]
        if place != "own" and answer.is_success and self._names(row, things):
            faults.append(f"{name} at {slug}: {answer.status_code} for what is not theirs: {answer.text[:200]}")
        return faults

    async def _shut_out(self) -> list[str]:
        """Whoever cannot look any more: their later steps would prove nothing."""
        found = []
        for who in (*OF_ACME, STAN):
            headers = {"host": f"{who.host}:{self.site.port}", "cookie": f"session={who.token}"}
            path = "/api/partner" if who in (NOA, ADAM, OLGA, STAN) else "/api/w/clinic/agents"
            self.http.cookies.clear()
            answer = await self.http.get(path, headers=headers)
            found += [] if answer.is_success else [f"{who.name} is shut out: {answer.status_code} {answer.text[:200]}"]
        return found

    def _turns(self, row: RouteRow, place: str) -> Iterator[tuple[list[Tenant], list[Asker]]]:
        """Whose rows must not move, while who asks below which workspace naming what."""
        acme = [*OF_ACME, None]
        if place == "own":
            yield [], [(who, "clinic", self.clinic.known) for who in acme]
            yield [], [(STAN, "clinic", self.rival.known)]
        elif place == "other partner":
            yield [self.clinic, self.bakery], [(STAN, "clinic", self.clinic.known)]
            yield [self.rival], [(who, "clinic", self.rival.known) for who in acme]
        elif row.access == "workspace":
            outsiders = [(who, "bakery", self.bakery.known) for who in acme if who not in (OLGA, ADAM)]
            yield [self.bakery, self.rival], [*((who, "clinic", self.bakery.known) for who in acme), *outsiders]
        else:  # owners and admins of the agency may do as they like in all of its workspaces
            yield (
                [self.bakery, self.rival],
                [(who, "clinic", self.bakery.known) for who in acme if who not in (OLGA, ADAM)],
            )

    def _foreign(self, row: RouteRow, who: Cast | None, slug: str) -> list[Tenant]:
        """Whose words this person must not read in this answer."""
        if who is STAN:
            return [self.clinic, self.bakery]
        if who is None:
            return [self.clinic, self.bakery, self.rival]
        if row.access == "workspace":
            return (
                [self.bakery, self.rival]
                if slug == "clinic" and who is not NOA
                else [self.clinic, self.bakery, self.rival]
            )
        if who in (OLGA, ADAM):
            return [self.rival]
        return [self.bakery, self.rival] if who is not NOA else [self.clinic, self.bakery, self.rival]

    async def _ask(self, row: RouteRow, who: Cast | None, slug: str, things: dict[str, str]) -> httpx.Response:
        host = who.host if who else "acme.localhost"
        headers = {"host": f"{host}:{self.site.port}", "accept": "application/json" if _is_api(row) else "text/html"}
        self.http.cookies.clear()  # whoever signed in by the way is not the next to ask
        if who:
            headers["cookie"] = f"session={who.token}"
        path = fill(row.path, **{**things, "workspace_slug": slug})
        if not is_write(row):
            return await self.http.request(row.method, path, headers=headers)
        body = _filled(self._body(row), things)
        if _is_api(row):
            return await self.http.request(row.method, path, headers=headers, json=body)
        return await self.http.request(row.method, path, headers=headers, data={k: str(v) for k, v in body.items()})

    def _body(self, row: RouteRow) -> dict[str, Any]:
        path = re.sub(r":\w+\}", "}", row.path).replace("{workspace_slug}", "clinic")
        return _BODIES.get((row.method, path), {"confirm": "yes", "name": "Changed"} if not _is_api(row) else {})

    def _names(self, row: RouteRow, things: dict[str, str]) -> bool:
        """Whether the path names a thing of somebody else's: then no success is right."""
        named = set(re.findall(r"\{(\w+):", row.path)) - {"workspace_slug", "provider", "number", "hostname"}
        return bool(named & things.keys())

    async def _state(self, tenants: list[Tenant]) -> dict[tuple[str, str], str]:
        """A sum over the rows of tenants, by table; those of an agency itself only where all of it is guarded."""
        parts, found = [], {}
        for tenant in tenants:
            for table in sorted(TENANT - _RESTLESS):
                if table in WORKSPACE_LEVEL:
                    where = f"workspace_id = '{tenant.workspace_id}'"
                elif tenant.partner_id == RIVAL or (
                    len(tenants) > 1 and RIVAL not in {one.partner_id for one in tenants}
                ):
                    where = f"partner_id = '{tenant.partner_id}'"
                else:
                    continue
                rows = f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM app.{table} t WHERE {where}"
                parts.append(f"SELECT '{tenant.mark}' AS mark, '{table}' AS name, ({rows}) AS sum")
        for row in await self.rows.fetch(" UNION ALL ".join(parts)):
            found[row["mark"], row["name"]] = row["sum"]
        return found


# What every request of a tenant's own people moves by itself: when they were last seen, and what is written down of them.
_RESTLESS = {
    "sessions",
    "audit_log",
    "audit_chain",
    "audit_heads",
    "known_devices",
    "pending_sign_ins",
    "mail_messages",
}


def _is_api(row: RouteRow) -> bool:
    return row.path.startswith("/api/")


def _filled(body: Any, things: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, things) for name, value in body.items()}
    if isinstance(body, str) and re.fullmatch(r"\{\w+\}", body):
        return things.get(body[1:-1], body)
    return body
