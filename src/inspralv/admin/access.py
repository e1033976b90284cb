"""How the console is entered: on the platform's host only, with a staff session, as another database role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar.datastructures import Cookie

from inspralv.admin.schemas import StaffMember
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.db.statements import observers
from inspralv.foundation.db.unit_of_work import Scope, UnitOfWork
from inspralv.foundation.errors import LacksPermission, NotFound, Unauthenticated
from inspralv.foundation.events.event import Event
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.services import Services
from inspralv.foundation.web.access import Access, Connection
from inspralv.foundation.web.cookies import cookie_name, server_cookie
from inspralv.tenancy.access import arrive
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.permissions import STAFF_PERMISSIONS, P
from inspralv.tenancy.view_access import STAFF_IDLE

IDLE = STAFF_IDLE
ABSOLUTE = timedelta(hours=8)
PENDING = timedelta(minutes=10)  # between password and code
_TOUCH_AFTER = timedelta(minutes=1)
_TOUCH = "UPDATE staff_sessions SET last_seen_at = $1 WHERE token_hash = $2"
_RESOLVE = """
SELECT a.id, a.email, a.first_name, a.last_name, s.last_seen_at
  FROM staff_sessions s JOIN super_admin a ON a.id = s.staff_id
 WHERE s.token_hash = $1 AND s.expires_at > now() AND s.last_seen_at > now() - $2::interval AND a.status = 'active'
   AND (NOT $3 OR EXISTS (SELECT FROM staff_two_factors f WHERE f.staff_id = a.id AND f.confirmed_at IS NOT NULL))
"""


@dataclass(frozen=True)
class StaffPool:
    """Connections of the role app_staff, which only the console uses."""

    pool: Any


class StaffUnauthenticated(Unauthenticated):
    """No member of staff is signed in."""

    sign_in = "/super-admin/login"


class StaffPolicy(msgspec.Struct, frozen=True):
    """The console's cookies: strict, since nothing links into the console. `secure` adds the __Host- prefix;
    `asks_two_factor` says whether everybody needs a second factor, as everywhere but in the demo."""

    secure: bool
    asks_two_factor: bool = False

    @property
    def cookie(self) -> str:
        return cookie_name("staff", secure=self.secure)

    def issue(self, token: str) -> Cookie:
        """Return the cookie that carries a new session."""
        return server_cookie("staff", token, int(ABSOLUTE.total_seconds()), secure=self.secure, samesite="strict")

    @property
    def pending_cookie(self) -> str:
        return cookie_name("staff-second-step", secure=self.secure)

    def pending(self, token: str) -> Cookie:
        """Return the cookie of a sign-in that waits for its code; it is no session. Without a token it ends."""
        life = int(PENDING.total_seconds()) if token else 0
        return server_cookie("staff-second-step", token, life, secure=self.secure, samesite="strict")

    def withdraw(self) -> Cookie:
        """Return the cookie that ends it in the browser."""
        return server_cookie("staff", "", 0, secure=self.secure, samesite="strict")


class PlatformContext(PublicContext):
    """Anybody at the console's door. Statements run as app_staff, in a unit of work of their own."""

    def __init__(self, services: Services, actor: Actor, origin: Origin, platform: Partner) -> None:
        scope = Scope(platform.id, wide=True)
        super().__init__(services, scope, actor, origin, platform)
        self._work = UnitOfWork(services.get(StaffPool).pool, scope)

    @asynccontextmanager
    async def within(self, partner_id: UUID) -> AsyncIterator[Context]:
        """Write a partner's rows, events and jobs, in this same transaction: all of it happens, or nothing."""
        there = _PartnerView(self, partner_id)
        await self.directory(f"SET LOCAL app.partner_id = '{partner_id}'")  # a UUID, so it cannot carry SQL
        yield there
        await there.write()
        await self.directory(f"SET LOCAL app.partner_id = '{self.partner_id}'")

    async def record_for(self, partner_id: UUID, event: Event) -> None:
        """Say what happened to something of a partner: in its log and in the platform's."""
        self.record(event)
        if partner_id != self.partner_id:
            async with self.within(partner_id) as there:
                there.record(event)


class StaffContext(PlatformContext):
    """A signed-in member of staff. The partner is the platform's own."""

    def __init__(self, services: Services, origin: Origin, platform: Partner, staff: StaffMember) -> None:
        super().__init__(services, Actor("staff", staff.id), origin, platform)
        self.staff = staff

    def may(self, permission: P) -> bool:
        """Whether staff hold a right."""
        return permission in STAFF_PERMISSIONS


class _PartnerView(Context):
    """A partner, seen from the console: its own tenant, the console's unit of work."""

    def __init__(self, console: PlatformContext, partner_id: UUID) -> None:
        scope = Scope(partner_id, wide=True)
        super().__init__(console.services, scope, console.actor, console.origin)
        self._work = console._work  # noqa: SLF001 - two views of one transaction


def platform(why: str) -> Access:
    """Anybody, on the platform's host; elsewhere there is nothing."""
    return Access("public", _admit_anybody, why=why)


def staff(permission: P) -> Access:
    """A member of staff, on the platform's host, who holds the right."""

    async def admit(connection: Connection) -> StaffContext:
        ctx = await _admit_staff(connection)
        if not ctx.may(permission):
            raise LacksPermission(_("You need the permission %(permission)s for this.", permission=permission.value))
        return ctx

    return Access("staff", admit, permission, reads=permission.reads)


async def _admit_anybody(connection: Connection) -> PlatformContext:
    services, home, origin = await _arrive_at_platform(connection)
    return PlatformContext(services, Actor("anonymous"), origin, home)


async def _admit_staff(connection: Connection) -> StaffContext:
    services, home, origin = await _arrive_at_platform(connection)
    policy = services.get(StaffPolicy)
    token = connection.cookies.get(policy.cookie)
    if not token:
        raise StaffUnauthenticated
    for look in observers:
        look(_RESOLVE)
    pool = services.get(StaffPool).pool
    row = await pool.fetchrow(_RESOLVE, token_hash(token), IDLE, policy.asks_two_factor)
    if row is None:
        raise StaffUnauthenticated(_("Your session has ended. Sign in again."))
    if services.clock() - row["last_seen_at"] > _TOUCH_AFTER:
        await pool.execute(_TOUCH, services.clock(), token_hash(token))
    return StaffContext(services, origin, home, to_struct(StaffMember, row))


async def _arrive_at_platform(connection: Connection) -> tuple[Services, Partner, Origin]:
    services, home, origin = await arrive(connection)
    if not home.is_platform:
        raise NotFound
    return services, home, origin
