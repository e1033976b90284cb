"""Where to go on: only ever a path on the same host."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

HOME = "/select-workspace"
_INVITATIONS = ("/accept-workspace-invitation", "/accept-partner-invitation")
# Browsers read "\" as "/" and drop control characters, so that "/\t/host" would lead away.
_PLAIN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_DOORS = {"/login", "/login/two-factor", "/signup"}


def is_here(wanted: str) -> bool:
    """Whether it is a plain path of this host."""
    return _PLAIN_PATH.fullmatch(wanted) is not None


def safe_path(wanted: str) -> str:
    """Return `wanted` when it is a plain path of this host, else the choice of workspaces."""
    if not is_here(wanted):
        return HOME
    return HOME if urlsplit(wanted).path.rstrip("/") in _DOORS else wanted


def path_in(address: str) -> str:
    """Return the path and query of an address that a browser says it is or was at; "" where that is no plain path."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if is_here(path) else ""


def is_to_invitation(wanted: str) -> bool:
    """Whether somebody comes from an invitation and goes back to accept it."""
    return urlsplit(safe_path(wanted)).path in _INVITATIONS


def to_second_step(wanted: str) -> str:
    """Return where a second factor is asked for."""
    return f"/login/two-factor?redirect={quote(safe_path(wanted), safe='/')}"


def after_sign_in(first_name: str, wanted: str) -> str:
    """Return where a person goes on; who has no name yet says it first."""
    target = safe_path(wanted)
    return target if first_name else f"/setup-profile?redirect={quote(target, safe='/')}"
