"""Addresses of the database for each of its roles."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import msgspec

ROLES = ("app_owner", "app_user", "app_staff", "app_worker")


class Dsns(msgspec.Struct, frozen=True):
    """One address a role. `admin` may create roles; `owner` migrates; `user` serves requests and jobs; `staff` is the
    operator's console; `worker` reaches the job queue only."""

    admin: str
    owner: str
    user: str
    staff: str
    worker: str


def role_password(secret_key: str, role: str) -> str:
    """Derive a role's password, so that one secret configures the whole database."""
    return hmac.new(secret_key.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def for_roles(admin: str, secret_key: str) -> Dsns:
    """Derive every role's address from the administrator's."""
    owner, user, staff, worker = (_as_role(admin, role, role_password(secret_key, role)) for role in ROLES)
    return Dsns(admin, owner, user, staff, worker)


def _as_role(admin: str, role: str, password: str) -> str:
    parts = urlsplit(admin)
    query = [(k, v) for k, v in parse_qsl(parts.query) if k not in {"user", "password"}]
    host = parts.netloc.rpartition("@")[2]
    login = "" if not host else f"{role}:{password}@{host}"
    if not host:  # a Unix socket: the user goes into the query
        query += [("user", role), ("password", password)]
    tail = f"?{urlencode(query, quote_via=quote, safe='/')}" if query else ""
    return f"{parts.scheme}://{login}{parts.path}{tail}"
