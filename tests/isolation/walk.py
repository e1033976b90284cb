"""Every route × every role × own, other workspace, other partner, and the platform's own host. Three files walk it: with
both fences up, with the predicates alone, and with the row security alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.fuzz.bodies import OPERATIONS
from tests.house.routes import all_routes, fill, is_write, label
from tests.house.tables import TENANT, WORKSPACE_LEVEL
from tests.isolation.askers import KEYS, LOOKING, NOBODY, OPERATOR, PEOPLE, RIVAL_OWNER, Asker
from tests.isolation.tenants import OF_PERSON, Tenant
from tests.world import ACME, ADAM, NOA, OLGA, PLATFORM

from inspralv.assembly import RouteRow
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.secrets import token_hash

Turn = tuple[Asker, str, Tenant]  # who, below which workspace, whose things are named


class Rows(NamedTuple):
    """Whose rows of which table."""

    table: str
    partner: UUID
    workspace: UUID | None
    user: UUID | None


PLACES = ("own", "other workspace", "other partner", "platform")
# What is not walked, and why; tests/isolation/test_left_out.py looks at each of these in its own way.
LEFT_OUT: Final = {
    "GET /w/{workspace_slug:str}/events": "endless",
    "GET /org/events": "endless",
    "POST /login": "takes the session of who asks",
    "POST /api/auth/signin": "takes the session of who asks",
    "POST /api/auth/signout": "ends the session of who asks",
    "DELETE /api/account/sessions": "ends the other sessions of who asks",
    "POST /account/sessions/end-others": "ends the other sessions of who asks",
    "POST /super-admin/signout": "ends the operator's session, and the view with it",
    "POST /view-as/end": "ends the view",
}
ROUTES = [row for row in all_routes() if label(row) not in LEFT_OUT]
# What ends a workspace is asked of other workspaces only: the clinic, and the rival's, have to outlive the walk.
_ENDS_IT = {
    ("DELETE", "/api/w/{workspace_slug:str}"), ("DELETE", "/api/w/{workspace_slug:str}/settings"),
    ("POST", "/w/{workspace_slug:str}/settings/deletion"),
}  # fmt: skip
# Placeholders that name a thing of somebody's. The others are words that everybody has: who is meant is beside them.
WORDS: Final = {
    "workspace_slug": "the clinic and the rival's workspace have the same",
    "provider": "the name of a voice provider",
    "number": "of a version of an agent, whose id is beside it",
    "kind": "logo or favicon",
    "template": "of a mail, as developers look at it",
}
_BODIES = {(one.method, re.sub(r"\{(\w+)\}", r"{\1}", one.path)): one.good for one in OPERATIONS}
_FORM = {"confirm": "yes", "name": "Changed"}


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
    sighted: set[str] = field(default_factory=set)
    looking: Any = None
    standing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        here = f"http://127.0.0.1:{self.site.port}"
        self.http = httpx.AsyncClient(base_url=here, timeout=30, verify=certificates())

    async def go(self, row: RouteRow, place: str) -> list[str]:
        """Ask a route as everybody; return what leaked, in words."""
        faults = []
        before = await self._state() if is_write(row) else {}
        for guarded, turns in self._turns(row, place):
            for who, slug, tenant in turns:
                faults += await self.ask_and_look(row, place, who, slug, tenant)
            after = await self._state() if is_write(row) else {}
            moved = {one for one in before.keys() | after.keys() if before.get(one) != after.get(one)}
            faults += [f"rows changed: {one}" for one in moved if self._is_guarded(one, guarded)]
            before = after
        return faults + (await self._shut_out() if is_write(row) else [])

    def require_sight(self) -> None:
        """Requests reached things, or nothing could have leaked."""
        print(f"cases: {self.cases}; {dict(self.reached)}; own words on {len(self.own_words_seen)} routes")  # noqa: T201
        assert len(self.own_words_seen) >= 40, sorted(self.own_words_seen)
        assert self.reached["own 2xx"] >= 600, self.reached
        assert self.sighted >= {who.name for who in (*PEOPLE, *KEYS, LOOKING) if who.cast is not NOA}
        assert not [kind for kind in self.reached if kind.endswith(("5xx", "429"))], "what broke proved nothing"

    async def ask_and_look(self, row: RouteRow, place: str, who: Asker, slug: str, tenant: Tenant) -> list[str]:
        """Ask once; return what was told or done that should not be, in words."""
        things = tenant.named(row.path)
        if is_write(row):
            await self.rows.execute("DELETE FROM app.rate_limits")  # whoever is asked to wait has not been tried
        answer = await self._ask(row, who, slug, things)
        self.cases += 1
        self.reached["429" if answer.status_code == 429 else f"{place} {answer.status_code // 100}xx"] += 1
        told = answer.text + str(answer.headers)
        if place == "own" and tenant is self.clinic and self.clinic.mark in told:
            self.own_words_seen.add(label(row))
            self.sighted.add(who.name)
        sent = set(things.values())  # naming what one sent oneself tells nothing
        faults = [f"tells {word}" for word in self.hidden(row, who, slug) if word not in sent and word in told]
        if who.only_looks and is_write(row):
            faults += [] if answer.status_code in {401, 403, 404} else ["looking changes something"]
        elif who.cast is None and row.access != "public":
            faults += ["lets them in"] if _passed(answer) else []
        elif (
            place != "own"
            and _passed(answer)
            and _names(row)
            and not (row.access == "public" and who.host == tenant.owner.host)
        ):
            # what is on a host for anybody belongs to all of the agency
            faults.append(f"takes what is not theirs: {answer.text[:200]}")
        return [f"{who.name} at {slug}: {answer.status_code} {fault}" for fault in faults]

    async def _shut_out(self) -> list[str]:
        """Whoever has not the rights any more they came with: their later steps would prove nothing."""
        people = [who.cast for who in (*PEOPLE, RIVAL_OWNER) if who.cast]
        found = await self.rows.fetch(
            _STANDING, [one.partner_id for one in people], [token_hash(one.token) for one in people]
        )
        now = [str(row["told"]) for row in found]
        self.standing = self.standing or now
        return [f"not as it was: {one}" for one in sorted({*self.standing} ^ {*now})]

    def _turns(self, row: RouteRow, place: str) -> Iterator[tuple[list[Tenant], list[Turn]]]:
        """Whose rows must not move, while who asks below which workspace naming whose things."""
        clinic, bakery, rival = self.clinic, self.bakery, self.rival
        acme = [who for who in (*PEOPLE, NOBODY, *KEYS, LOOKING) if _is_api(row) or not who.only_api]
        if place == "own":  # what people may do to their own is no leak; what they name in it is tried from elsewhere
            if is_write(row):
                return
            yield [], [(who, "clinic", clinic) for who in acme]
            yield [], [(RIVAL_OWNER, "clinic", rival)]
        elif place == "other partner":
            lasting = [who for who in acme if who.only_looks or (row.method, row.path) not in _ENDS_IT]
            if (row.method, row.path) not in _ENDS_IT:
                yield [clinic, bakery], [(RIVAL_OWNER, "clinic", clinic)]
            yield (
                [rival],
                [*((who, "clinic", rival) for who in lasting), (LOOKING.at(rival.owner.host), "clinic", rival)],
            )
        elif place == "platform":
            yield from self._platform_turns(row)
        elif row.access == "workspace":
            outsiders = [(who, "bakery", bakery) for who in acme if who.cast not in (OLGA, ADAM)]
            lasting = [who for who in acme if who.only_looks or (row.method, row.path) not in _ENDS_IT]
            yield [bakery, rival], [*((who, "clinic", bakery) for who in lasting), *outsiders]
        else:  # owners and admins of the agency may do as they like in all of its workspaces, but not with what is a person's
            alone = bool(_names(row) & {*OF_PERSON})
            yield [bakery, rival], [(who, "clinic", bakery) for who in acme if alone or who.cast not in (OLGA, ADAM)]

    def _platform_turns(self, row: RouteRow) -> Iterator[tuple[list[Tenant], list[Turn]]]:
        """Who runs the platform is nobody on a partner's host, and changes nothing of what they look at there; a
        partner's people are nobody on the platform's."""
        clinic, bakery, rival = self.clinic, self.bakery, self.rival
        everybody = [clinic, bakery, rival]
        if row.access == "staff" or row.path.startswith("/super-admin"):
            there = [who.at(OPERATOR.host) for who in (*PEOPLE, NOBODY, *KEYS, LOOKING)]
            people = [*((who, "clinic", rival) for who in there), (RIVAL_OWNER.at(OPERATOR.host), "clinic", clinic)]
        else:
            people = [(OPERATOR, "clinic", rival)]
        at_clinic, at_rival = OPERATOR.at(clinic.owner.host), OPERATOR.at(rival.owner.host)
        if is_write(row):
            people.append((LOOKING, "clinic", clinic))
        if row.access != "public":
            yield everybody, [*people, (at_clinic, "clinic", clinic), (at_rival, "clinic", rival)]
            return
        yield everybody, people
        yield [rival], [(at_clinic, "clinic", clinic)]  # who may leave something where they ask
        yield [clinic, bakery], [(at_rival, "clinic", rival)]

    def hidden(self, row: RouteRow, who: Asker, slug: str) -> Iterator[str]:
        """The words somebody must not read in an answer."""
        visible = self._visible(row, who, slug)
        for tenant in (self.clinic, self.bakery, self.rival):
            at_home = who.host == tenant.owner.host
            if not at_home:
                yield from tenant.house_words
            if tenant not in visible:
                yield from tenant.words
                if not (at_home and who.cast in (OLGA, ADAM)):
                    yield from tenant.shop_words
            if who.cast is not tenant.person:
                yield from tenant.private_words

    def _visible(self, row: RouteRow, who: Asker, slug: str) -> list[Tenant]:
        """Whose marks somebody may read in an answer."""
        if row.path.startswith("/dev/mail"):  # what was sent from this host, on this machine, for whoever develops here
            return [one for one in (self.clinic, self.bakery, self.rival) if one.owner.host == who.host]
        if who.cast is None or who.cast is NOA:
            return []
        if who.cast is RIVAL_OWNER.cast:
            return [self.rival]
        if row.access == "workspace":
            return [self.clinic] if slug == "clinic" else []
        return [self.clinic, self.bakery] if who.cast in (OLGA, ADAM) else [self.clinic]

    async def _ask(self, row: RouteRow, who: Asker, slug: str, things: dict[str, str]) -> httpx.Response:
        headers = {
            "host": f"{who.host}:{self.site.port}",
            "accept": "application/json" if _is_api(row) else "text/html",
        }
        self.http.cookies.clear()  # whoever signed in by the way is not the next to ask
        path, headers = fill(row.path, **{**things, "workspace_slug": slug}), headers | dict(who.shown)
        if not is_write(row):
            return await self.http.request(row.method, path, headers=headers)
        body = _filled(_body(row), things)
        if _is_api(row):
            return await self.http.request(row.method, path, headers=headers, json=body)
        return await self.http.request(row.method, path, headers=headers, data={k: str(v) for k, v in body.items()})

    async def _state(self) -> dict[Rows, str]:
        """What tells whether rows of somebody were written, by whose they are."""
        if self.looking is None:
            self.looking = await self.rows.prepare(" UNION ALL ".join(map(_sums, sorted(TENANT))))
        return {Rows(*row[:4]): row[4] for row in await self.looking.fetch()}

    def _is_guarded(self, rows: Rows, tenants: list[Tenant]) -> bool:
        """Whether rows belong to one of these; those of an agency itself only where all of it is guarded."""
        whole = {one.partner_id for one in tenants} - ({ACME} if self.clinic not in tenants else set())
        people = {one.person.id for one in tenants}
        return (
            rows.partner in whole
            if rows.workspace is None and rows.user not in people
            else (rows.user in people or rows.workspace in {one.workspace_id for one in tenants})
        )


def _sums(table: str) -> str:
    """How many rows of a table who has, and which transactions wrote them."""
    workspace = "workspace_id" if table in WORKSPACE_LEVEL else "NULL::uuid"
    user = "user_id" if table in _OF_PEOPLE else "NULL::uuid"
    return (
        f"SELECT '{table}', partner_id, {workspace}, {user}, concat(count(*), ' ', sum(xmin::text::bigint))"  # noqa: S608
        f" FROM app.{table} GROUP BY 2, 3, 4"
    )


_OF_PEOPLE = {"api_keys", "passkeys", "linked_identities", "data_exports", "two_factors", "recovery_codes",
              "address_changes", "sessions"}  # fmt: skip
_STANDING = f"""
SELECT concat_ws(' ', r.email, r.partner_role, r.workspace_slug, r.workspace_role, app.owes_two_factor(w.partner, r.user_id)) AS told
  FROM unnest($1::uuid[], $2::bytea[]) w (partner, token), app.resolve_access(w.partner, w.token, 'clinic', '1 year', false) r
UNION ALL
SELECT concat_ws(' ', slug, onboarding_status, deleted_at) FROM app.partners WHERE id <> '{PLATFORM}'
UNION ALL
SELECT concat_ws(' ', 'key', revoked_at) FROM app.api_keys WHERE hint = 'ik_key'
UNION ALL
SELECT concat_ws(' ', 'view', v.ended_at) FROM app.staff_views v JOIN app.staff_sessions s ON s.token_hash = v.staff_session_hash
"""  # noqa: S608 - our own words


def _is_api(row: RouteRow) -> bool:
    return row.path.startswith("/api/")


def _names(row: RouteRow) -> set[str]:
    """The placeholders of a path that name a thing."""
    return set(re.findall(r"\{(\w+):", row.path)) - WORDS.keys()


def _passed(answer: httpx.Response) -> bool:
    """Whether it was done: answered, or led on with a word of thanks."""
    return answer.is_success or "done" in parse_qs(urlsplit(answer.headers.get("location", "")).query)


def _body(row: RouteRow) -> dict[str, Any]:
    path = re.sub(r":\w+\}", "}", row.path).replace("{workspace_slug}", "clinic")
    return _BODIES.get((row.method, path), {} if _is_api(row) else _FORM)


def _filled(body: Any, things: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, things) for name, value in body.items()}
    if isinstance(body, str) and re.fullmatch(r"\{\w+\}", body):
        return things.get(body[1:-1], body)
    return body
