"""The operator's console, walked over the route table: staff get in everywhere there, nobody else does anywhere, and
staff are nobody elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest
from tests.admin.conftest import OPERATOR, OPERATOR_ID
from tests.conftest import Site
from tests.house.routes import all_routes, ask, is_stream, is_write, label, of_kind, permission
from tests.world import OLGA, PASSWORD, PLATFORM, Cast, settle_person

from inspralv.assembly import RouteRow
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.passwords import hash_password
from inspralv.foundation.secrets import token_hash
from inspralv.tenancy.permissions import STAFF_PERMISSIONS, P

CONSOLE_SESSION = "session-of-the-operator"
PETE = Cast("pete", 60, PLATFORM, "localhost", "owner")  # owns the platform's own organisation, and is no staff
CONSOLE = ("/super-admin", "/api/super-admin")
DOORS = {
    "GET /super-admin/login",
    "POST /super-admin/login",
    "GET /super-admin/login/two-factor",
    "POST /super-admin/login/two-factor",
    "POST /super-admin/signout",
}
# What the seed has beside the console: requests of agencies, which the operator reads and decides on.
OUTSIDE = {
    "GET /api/partner-requests/{request_id:uuid}",
    "PATCH /api/partner-requests/{request_id:uuid}",
    "POST /api/partner-requests/{request_id:uuid}/provision",
}
# A page that only looks, but leads to a change: whoever may not make it has no use for the page.
FORMS = {"GET /super-admin/partners/new", "GET /super-admin/partners/slug"}
STAFF = of_kind("staff")
TENANTS = of_kind("signed_in", "partner", "workspace")


@pytest.fixture(scope="module", autouse=True)
async def people(dsns: Dsns) -> AsyncIterator[None]:
    """A member of staff with a session, and the owner of the platform's organisation with one."""
    owner, now = await asyncpg.connect(dsns.owner), datetime.now(UTC)
    await settle_person(owner, PETE, now)
    await owner.execute(
        "INSERT INTO app.super_admin (id, email, password_hash, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        OPERATOR_ID, OPERATOR, await hash_password(PASSWORD), now,
    )  # fmt: skip
    await owner.execute(
        "INSERT INTO app.staff_sessions (token_hash, staff_id, created_at, last_seen_at, expires_at)"
        " VALUES ($1, $2, $3, $3, $4)",
        token_hash(CONSOLE_SESSION), OPERATOR_ID, now, now + timedelta(hours=8),
    )  # fmt: skip
    yield
    await owner.close()


def as_staff(site: Site, host: str = "localhost", **cookies: str) -> httpx.AsyncClient:
    """A browser with a session of the console, and more cookies."""
    told = "; ".join(f"{name}={value}" for name, value in {"staff": CONSOLE_SESSION, **cookies}.items())
    return site.at(host, headers={"cookie": told})


def test_the_console_is_for_staff() -> None:
    """Every route of the console asks for a member of staff but its doors, which open to nothing by themselves."""
    console = [row for row in all_routes() if row.path.startswith(CONSOLE)]
    assert {label(row) for row in console if row.access != "staff"} == DOORS
    assert {label(row) for row in STAFF if not row.path.startswith(CONSOLE)} == OUTSIDE
    assert {permission(row) for row in STAFF} == STAFF_PERMISSIONS
    changing = {label(row) for row in STAFF if permission(row) is P.PLATFORM_UPDATE}
    assert changing == {label(row) for row in STAFF if is_write(row)} | FORMS


@pytest.mark.parametrize("row", STAFF, ids=label)
async def test_staff(site: Site, row: RouteRow) -> None:
    """Staff hold every right of the platform, so nothing here is refused; what is about nobody is not there."""
    answer = await ask(as_staff(site), row)
    assert answer.status_code in {200, 303, 400, 404, 422}, (answer.status_code, answer.text[:300])
    assert not answer.headers.get("location", "").startswith("/super-admin/login")


@pytest.mark.parametrize("row", STAFF, ids=label)
async def test_everybody_else(site: Site, row: RouteRow) -> None:
    """On the platform's host: who are you? On an agency's there is no console, whoever asks."""
    here = (
        site.at("localhost"),
        site.at("localhost", headers={"cookie": f"session={PETE.token}; staff={PETE.token}"}),
        site.at(
            "localhost", headers={"cookie": f"session={CONSOLE_SESSION}", "authorization": f"Bearer {CONSOLE_SESSION}"}
        ),
    )
    for client in here:
        answer = await ask(client, row)
        if row.path.startswith("/api/"):
            assert answer.status_code == 401, answer.text[:300]
        else:
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/super-admin/login")
    for client in (site.as_(OLGA), as_staff(site, "acme.localhost")):
        assert (await ask(client, row)).status_code == 404


@pytest.mark.parametrize("row", TENANTS, ids=label)
async def test_staff_are_nobody_elsewhere(site: Site, row: RouteRow) -> None:
    """The console's session opens nothing of an organisation's, the platform's own included, under no cookie's name."""
    for host in ("localhost", "acme.localhost"):
        answer = await ask(as_staff(site, host, session=CONSOLE_SESSION), row, workspace_slug="clinic")
        if row.path.startswith("/api/"):
            assert answer.status_code == 401, answer.text[:300]
        else:
            assert answer.status_code == 303, answer.text[:300]
            assert answer.headers["location"].startswith("/login?redirect=")


@pytest.mark.parametrize(
    "row", [r for r in of_kind("public") if not is_write(r) and not is_stream(r) and label(r) not in DOORS], ids=label
)
async def test_what_is_public_is_the_same_for_staff(site: Site, row: RouteRow) -> None:
    theirs, anybodys = await ask(as_staff(site), row), await ask(site.at("localhost"), row)
    assert theirs.status_code == anybodys.status_code
    assert theirs.headers.get("location") == anybodys.headers.get("location")
