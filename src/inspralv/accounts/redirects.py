"""Where to go on after signing in: only ever a path on the same host."""

from __future__ import annotations

from urllib.parse import urlsplit

HOME = "/select-workspace"


def safe_path(wanted: str) -> str:
    """Return `wanted` when it is a plain path of this host, else the choice of workspaces."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or "\\" in wanted or any(ord(c) < 32 for c in wanted):  # noqa: PLR2004
        return HOME
    parts = urlsplit(wanted)
    return HOME if parts.scheme or parts.netloc or parts.path in {"/login", "/signup"} else wanted
