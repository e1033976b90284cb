"""The kinds of access. Each admits a request and yields a context, in one database round trip.

No caller: 401. Not your partner or workspace: 404, as if it did not exist. A member without the right: 403, naming it.
Rights hang on the membership and are read on every request; nothing about them is cached.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

import asyncpg
import msgspec

from inspralv.foundation.context import Actor, Origin
from inspralv.foundation.db.statements import observers
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.errors import Forbidden, LacksPermission, NotFound, SetUpFirst, Unauthenticated
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.services import Services
from inspralv.foundation.web.access import Access, Connection
from inspralv.foundation.web.edge import ADDED_HEADERS
from inspralv.tenancy.contexts import (
    AccountContext,
    PartnerContext,
    Person,
    PublicContext,
    SignedInContext,
    WorkspaceCard,
    WorkspaceContext,
    WorkspaceEntry,
)
from inspralv.tenancy.directory import Directory, Partner
from inspralv.tenancy.key_access import key_presented, nobody, resolve_key
from inspralv.tenancy.permissions import P
from inspralv.tenancy.scopes import account_scope, scope_of
from inspralv.tenancy.session_cookie import SessionPolicy
from inspralv.tenancy.speaking import speak_to, speak_to_anybody
from inspralv.tenancy.view_access import ViewOnly, note_view, refuse_changes, resolve_view, view_token, viewing_of

C = TypeVar("C", bound=SignedInContext)

_RESOLVE = """
SELECT r.*, app.owes_two_factor($1, r.user_id) AS owes_two_factor, app.language_of($1, r.user_id) AS language
  FROM app.resolve_access($1, $2, $3, $4, $5) r
"""
_TOUCH = "UPDATE sessions SET last_seen_at = $now WHERE partner_id = $partner AND id = $1"
_TOUCH_AFTER = timedelta(minutes=5)
_SAFE = {"GET", "HEAD"}
_UNLISTED = (b"x-robots-tag", b"noindex")


class TwoFactorRequired(SetUpFirst):
    """The partner asks everybody for a second factor, and this person has none yet."""

    page = "/account/two-factor"
    code = "TWO_FACTOR_REQUIRED"
    title = N_("Set up two-factor sign-in to continue")


class Suspended(Forbidden):
    """The platform has suspended the partner: nobody gets in until it is restored."""

    code = "PARTNER_SUSPENDED"
    title = N_("This organisation is suspended")

    def __init__(self) -> None:
        super().__init__(_("Access is closed for now. Nothing is lost: it opens again when the suspension ends."))


def public(why: str) -> Access:
    """Anybody. The reason is shown in the list of routes."""
    return Access("public", _admit_anybody, why=why)


def signed_in() -> Access:
    """Any signed-in user of the host's partner."""
    return Access("signed_in", _admit_signed_in)


def account() -> Access:
    """Any signed-in user of the host's partner, in the frame of their own account."""

    async def admit(connection: Connection) -> AccountContext:
        return await _admit_person(AccountContext, connection)

    return Access("signed_in", admit)


def partner(permission: P) -> Access:
    """A member of the partner who holds the right there."""

    async def admit(connection: Connection) -> PartnerContext:
        services, home, origin = await arrive(connection)
        row = await _resolve(connection, services, home, None)
        ctx = _signed_in(PartnerContext, services, home, origin, row, Scope(home.id, wide=True))
        _require(ctx, permission)
        return await _touch(ctx, row)

    return Access("partner", admit, permission, reads=permission.reads)


def workspace(permission: P) -> Access:
    """A member of the workspace named in the path (`workspace_slug`) who holds the right there."""

    async def admit(connection: Connection) -> WorkspaceContext:
        services, home, origin = await arrive(connection)
        row = await _resolve(connection, services, home, connection.path_params["workspace_slug"])
        if row["workspace_role"] is None:
            raise NotFound(_("There is no such workspace."))
        ctx = _signed_in(WorkspaceContext, services, home, origin, row, Scope(home.id, row["workspace_id"]))
        card = WorkspaceCard(
            row["workspace_id"],
            row["workspace_slug"],
            row["workspace_name"],
            row["workspace_timezone"],
            row["workspace_limits"],
        )
        ctx.enter(card, row["workspace_role"])
        _require(ctx, permission)
        return await _touch(ctx, row)

    return Access("workspace", admit, permission, reads=permission.reads)


async def _admit_anybody(connection: Connection) -> PublicContext:
    services, home, origin = await arrive(connection)
    if (
        connection.route_handler.opt.get("page") or connection.scope.get("method") not in _SAFE
    ):  # not what pages are made of
        require_open(home)
    token = view_token(connection, services.get(SessionPolicy))
    if token and connection.route_handler.opt.get("page"):
        await note_view(connection, services, home, token)
    reads = bool(token) and not connection.route_handler.opt.get("view_door")  # links that act are no way around a view
    return PublicContext(services, Scope(home.id, read_only=reads), Actor("anonymous"), origin, home)


async def _admit_signed_in(connection: Connection) -> SignedInContext:
    return await _admit_person(SignedInContext, connection)


async def _admit_person(kind: type[C], connection: Connection) -> C:
    services, home, origin = await arrive(connection)
    row = await _resolve(connection, services, home, None)
    ctx = _signed_in(kind, services, home, origin, row, Scope(home.id, wide=True))
    _require_scope(ctx, account_scope(str(connection.scope.get("method"))))
    return await _touch(ctx, row)


async def find_caller(connection: Connection) -> SignedInContext | None:
    """Return the signed-in user of a public page, or None: the landing page and error pages greet who is there."""
    try:
        return await _admit_signed_in(connection)
    except (Unauthenticated, TwoFactorRequired, Suspended, ViewOnly):
        return None


async def arrive(connection: Connection) -> tuple[Services, Partner, Origin]:
    """Return what every admission begins with: the services, the host's partner, and where the request came from."""
    services: Services = connection.app.state.services
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]
    host = scope.get("inspralv.host", "")
    home = await services.get(Directory).of_host(host)
    speak_to_anybody(connection, home)
    # Search engines know the platform; whom its partners serve is their affair. A page that greets people arrives twice.
    if not home.is_platform and _UNLISTED not in scope.setdefault(ADDED_HEADERS, []):
        scope[ADDED_HEADERS].append(_UNLISTED)
    await refuse_changes(connection, services, home)
    origin = Origin(scope.get("inspralv.request_id", ""), scope.get("inspralv.ip"), scope.get("inspralv.agent"), host)
    return services, home, origin


async def _resolve(connection: Connection, services: Services, home: Partner, slug: str | None) -> asyncpg.Record:
    """Session, user, roles and workspace in one statement, through the one reviewed function that may look."""
    require_open(home)
    policy = services.get(SessionPolicy)
    key, view = key_presented(connection, policy), view_token(connection, policy)
    if key is not None:
        row: asyncpg.Record = await resolve_key(connection, services, home, slug, key)
    elif view:
        row = await resolve_view(connection, services, home, slug, view)
    else:
        row = await _resolve_session(connection, services, home, slug, policy)
    speak_to(row["language"])
    if row["owes_two_factor"] and not connection.route_handler.opt.get("before_two_factor"):
        raise TwoFactorRequired
    return row


async def _resolve_session(
    connection: Connection, services: Services, home: Partner, slug: str | None, policy: SessionPolicy
) -> asyncpg.Record:
    token = connection.cookies.get(policy.cookie)
    if not token:
        raise nobody(connection)
    for look in observers:
        look(_RESOLVE)
    with_workspaces = bool(connection.route_handler.opt.get("page") or connection.route_handler.opt.get("workspaces"))
    row = await services.pool.fetchrow(_RESOLVE, home.id, token_hash(token), slug, policy.idle, with_workspaces)
    if row is None:
        raise Unauthenticated(_("Your session has ended. Sign in again."))
    return row


def _signed_in(
    kind: type[C], services: Services, home: Partner, origin: Origin, row: asyncpg.Record, scope: Scope
) -> C:
    person = Person(row["user_id"], row["email"], row["first_name"], row["last_name"], row["avatar_url"])
    derived = row["workspace_role"] is not None and row["derived"]
    key = row.get("key_name")
    roles = [f"partner {row['partner_role']}"] if derived else []
    actor = Actor("user", person.id, ", ".join([*roles, f"api key {key}"] if key else roles) or None)
    viewing = viewing_of(row)
    if viewing:
        actor = Actor("staff", viewing.staff_id, viewing.acting_as)
        scope = msgspec.structs.replace(scope, read_only=True)
    workspaces = msgspec.convert(row["workspaces"], tuple[WorkspaceEntry, ...]) if row["workspaces"] else ()
    ctx = kind(services, scope, actor, origin, home, person, row["session_id"], row["partner_role"], workspaces)
    if key:
        ctx.scopes, ctx.key_workspace = frozenset(row["key_scopes"]), row["key_workspace"]
        if ctx.key_workspace is not None and scope.workspace_id is None:
            raise Forbidden(_("This API key opens one workspace only."))
    return ctx


def require_open(home: Partner) -> None:
    """Refuse whoever comes to a partner that is suspended. Raises Suspended."""
    if home.onboarding_status == "suspended":
        raise Suspended


def _require(ctx: SignedInContext, permission: P) -> None:
    if permission not in ctx.permissions:
        raise LacksPermission(_("You need the permission %(permission)s for this.", permission=permission.value))
    _require_scope(ctx, scope_of(permission))


def _require_scope(ctx: SignedInContext, scope: str) -> None:
    if not ctx.carries(scope):
        raise Forbidden(_("This API key lacks the scope %(scope)s.", scope=scope))


async def _touch(ctx: C, row: asyncpg.Record) -> C:
    """Keep an active session alive; written at most every few minutes. Committed at once: should the body be refused
    before the handler runs, nobody else would end this unit of work."""
    if ctx.now - row["last_seen_at"] > _TOUCH_AFTER:
        try:
            await ctx.execute(_TOUCH, row["session_id"])
            await ctx.commit()
        except BaseException:
            await ctx.rollback()
            raise
    return ctx
