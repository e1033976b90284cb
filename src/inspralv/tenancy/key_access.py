"""Asking with an API key: `Authorization: Bearer ik_…` on the routes below /api. Pages know cookies only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from inspralv.foundation.clock import system_clock
from inspralv.foundation.db.statements import observers
from inspralv.foundation.errors import Forbidden, Invalid, TooMany, Unauthenticated
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.services import Services
from inspralv.foundation.web.access import Connection
from inspralv.foundation.web.edge import ADDED_HEADERS
from inspralv.foundation.web.limits import Limit
from inspralv.foundation.web.problems import seconds
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in
from inspralv.tenancy.plans import Feature, has_feature
from inspralv.tenancy.session_cookie import SessionPolicy

KEY_LIMIT: Final = Limit("api key", 600, timedelta(minutes=1))
KEY_PREFIX: Final = "ik_"
_RESOLVE = """
SELECT r.*, app.owes_two_factor($1, r.user_id) AS owes_two_factor, NULL AS language
  FROM app.resolve_key($1, $2, $3, $4, $5, $6) r
"""
_CHALLENGE = {"www-authenticate": "Bearer"}
_BAD_KEY = {"www-authenticate": 'Bearer error="invalid_token"'}


def is_api(connection: Connection) -> bool:
    """Whether a request asks the API, not for a page."""
    path: str = connection.scope["path"]
    return path.startswith("/api/")


def nobody(connection: Connection) -> Unauthenticated:
    """Return the refusal of a request with neither session nor key."""
    return Unauthenticated(headers=_CHALLENGE if is_api(connection) else {})


def key_presented(connection: Connection, policy: SessionPolicy) -> str | None:
    """Return the token of an API request that brings one, else None. Raises Invalid for a token besides a session: one
    of both would be ignored, and nobody could tell which."""
    if not is_api(connection):
        return None
    scheme, _rest, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    if connection.cookies.get(policy.cookie):
        raise Invalid(_("Send either an API key or a session cookie, not both."))
    return token.strip()


async def resolve_key(connection: Connection, services: Services, home: Partner, slug: str | None, token: str) -> Any:
    """Key, user, roles and workspace in one statement, which also counts the request.

    Raises Unauthenticated for a key that is unknown, expired or revoked, or whose person was removed from the partner;
    Forbidden where the partner has no access to the API, TooMany beyond the key's limit.
    """
    for look in observers:
        look(_RESOLVE)
    with_workspaces = bool(connection.route_handler.opt.get("workspaces"))
    row = await services.pool.fetchrow(
        _RESOLVE, home.id, token_hash(token), slug, with_workspaces, KEY_LIMIT.attempts, KEY_LIMIT.window
    )
    if (
        row is None or row["partner_role"] is None
    ):  # a key ends with its membership; a session still leads to the account
        note_failed_sign_in(home.id, "API key", "unknown, expired or revoked")
        raise Unauthenticated(_("This API key is unknown, expired or revoked."), headers=_BAD_KEY)
    _count(connection, row)
    require_api(home)
    return row


def require_api(home: Partner) -> None:
    """Raise Forbidden where the partner has no access to the API."""
    if not has_feature(home, Feature.API_ACCESS):
        raise Forbidden(_("Your plan does not include the API (feature %(value)s).", value=Feature.API_ACCESS.value))


def _count(connection: Connection, row: Any) -> None:
    """Tell the caller where it stands, and refuse what is too much."""
    wait = seconds((row["resets_at"] - system_clock()).total_seconds())
    headers = {
        "x-ratelimit-limit": str(KEY_LIMIT.attempts),
        "x-ratelimit-remaining": str(max(0, KEY_LIMIT.attempts - row["hits"])),
        "x-ratelimit-reset": wait,
    }
    if row["hits"] > KEY_LIMIT.attempts:
        raise TooMany(
            _("This API key is used more than %(attempts)s times a minute.", attempts=KEY_LIMIT.attempts),
            headers={"retry-after": wait, **headers},
        )
    added = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]
    scope[ADDED_HEADERS] = [*scope.get(ADDED_HEADERS, ()), *added]
