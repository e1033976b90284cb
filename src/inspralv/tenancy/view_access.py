"""Looking at a partner as one of its people: the operator, from the console, reading only, for half an hour.

A view has a cookie of its own beside the session's. Whatever a browser with that cookie wants to change is refused
before anything else is looked at; what it reads is read in transactions in which the database changes nothing either.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from litestar.datastructures import Cookie

from inspralv.foundation.db.statements import observers
from inspralv.foundation.errors import Forbidden, Unauthenticated
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.services import Services
from inspralv.foundation.web.access import Connection
from inspralv.foundation.web.cookies import cookie_name, server_cookie
from inspralv.foundation.web.edge import ADDED_HEADERS
from inspralv.tenancy.contexts import Viewing
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.session_cookie import SessionPolicy

VIEW_LIFE: Final = timedelta(minutes=30)  # never longer, however busy
HANDOVER_LIFE: Final = timedelta(minutes=1)
STAFF_IDLE: Final = timedelta(minutes=30)  # an unused staff session ends, and what it opened with it
AT_THE_DOOR: Final = {"view_door": True}  # option of the routes by which a view begins and ends
WITHHELD: Final = {"withheld": True}  # option of what a view does not read: exports, addresses that are secrets
_KEY = "inspralv.viewing"  # of the scope: the Viewing of a request, for the banner
_RESOLVE = "SELECT r.*, false AS owes_two_factor, NULL AS language FROM app.resolve_view($1, $2, $3, $4, $5) r"
_OWN = ("/account", "/api/account", "/setup-profile")  # the person's own affairs
_SAFE = {"GET", "HEAD"}
_ENDED = N_("The view has ended. Open it again from the console.")


class ViewOnly(Forbidden):
    """Somebody who looks as another wanted to change something, or to see what is not theirs to see."""

    code = "VIEW_ONLY"
    title = N_("You are looking only")


def view_cookie(policy: SessionPolicy, token: str, life: timedelta) -> Cookie:
    """Return the cookie of a view; without a token it ends."""
    seconds = int(life.total_seconds()) if token else 0
    return server_cookie("view", token, seconds, secure=policy.secure, samesite="lax")


def view_token(connection: Connection, policy: SessionPolicy) -> str:
    """Return the token of the view the browser is in, or an empty text."""
    return connection.cookies.get(cookie_name("view", secure=policy.secure), "")


async def refuse_changes(connection: Connection, services: Services, home: Partner) -> None:
    """Raise ViewOnly for whatever would change something, in a browser that looks as somebody else. A view that has
    ended refuses once more: its page is still open, and nobody wants to change something as another than it says."""
    if connection.scope.get("method") in _SAFE or connection.route_handler.opt.get("view_door"):
        return
    policy = services.get(SessionPolicy)
    token = view_token(connection, policy)
    if token:
        await note_view(connection, services, home, token)
        raise ViewOnly(_("You look at this as somebody else: nothing can be changed, and nothing was."))


async def note_view(connection: Connection, services: Services, home: Partner, token: str) -> None:
    """Have the page say that it is looked at as somebody else, if that is so."""
    try:
        await resolve_view(connection, services, home, None, token)
    except (Unauthenticated, ViewOnly):
        return


async def resolve_view(connection: Connection, services: Services, home: Partner, slug: str | None, token: str) -> Any:
    """View, person, roles and workspace in one statement, as for a session. Raises Unauthenticated when the view has
    ended, which also takes its cookie away, and ViewOnly for what a view does not read."""
    for look in observers:
        look(_RESOLVE)
    handler: Any = connection.scope.get("route_handler")  # an address that leads nowhere has none
    opt = handler.opt if handler else {}
    with_workspaces = bool(opt.get("page") or opt.get("workspaces"))
    row = await services.pool.fetchrow(_RESOLVE, home.id, token_hash(token), slug, STAFF_IDLE, with_workspaces)
    if row is None:
        _withdraw(connection, services.get(SessionPolicy))
        raise Unauthenticated(_ENDED)
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]
    scope[_KEY] = viewing_of(row)
    if opt.get("withheld") or scope["path"].startswith(_OWN):
        raise ViewOnly(_("Exports, webhook addresses and the person’s own account are not part of a view."))
    return row


def viewing_of(row: Any) -> Viewing | None:
    """Return who looks as whom; None for a session or an API key."""
    operator = row.get("operator")
    return Viewing(row["staff_id"], operator, row["person"], row["view_expires_at"]) if operator else None


def shown_viewing(connection: Connection) -> Viewing | None:
    """Return who looks as whom on the page of a request, or None."""
    found: Viewing | None = connection.scope.get(_KEY)  # type: ignore[assignment]
    return found


def forget_viewing(connection: Connection) -> None:
    """Draw the page of a request as looked at by oneself: the view has just ended."""
    connection.scope.pop(_KEY, None)  # type: ignore[misc]


def _withdraw(connection: Connection, policy: SessionPolicy) -> None:
    ended = view_cookie(policy, "", VIEW_LIFE)
    header = (b"set-cookie", ended.to_header(header="").strip().encode())
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]
    scope[ADDED_HEADERS] = [*scope.get(ADDED_HEADERS, ()), header]
