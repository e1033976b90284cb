"""The file that holds a copy of somebody's data: a ZIP of JSON files with a page that explains them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

_ABOUT: Final = {
    "profile": "your name, address and settings",
    "sign_in": "passkeys, linked accounts, recovery codes (without the codes), devices, changes of address and password",
    "sessions": "where and when you were signed in",
    "memberships": "the organisation and the workspaces you are or were in, with your role",
    "invitations": "invitations to you, and those you sent (without the addresses of others)",
    "api_keys": "your API keys (without the keys themselves)",
    "mails": "which mails were written to you, and when",
    "work": "workspaces and agents you made, versions you saved, calls you started or followed up",
    "activity": "what you did, and what was done to your account, as the audit log keeps it",
}


def pack(files: Mapping[str, object], place: str, email: str, at: datetime) -> bytes:
    """Return the ZIP of the given files. It is CPU work: call it in a thread."""
    out = io.BytesIO()
    bodies = {"README.txt": _readme(place, email, at).encode()}
    bodies |= {f"{name}.json": msgspec.json.format(msgspec.json.encode(held), indent=2) for name, held in files.items()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in bodies.items():
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packed.writestr(entry, body)
    return out.getvalue()


def _readme(place: str, email: str, at: datetime) -> str:
    listed = "\n".join(f"{name + '.json':<18}{about}" for name, about in _ABOUT.items())
    return f"""Your data at {place}

This is a copy of what {place} holds about the account {email},
made on {at:%Y-%m-%d} at {at:%H:%M} UTC.

{listed}

The files are JSON (UTF-8). Times are in UTC, as in 2026-03-04T09:30:00Z.

Passwords, keys and codes are not in it: only what recognises them is stored.
Nor is the data of others: colleagues, callers, and whom you invited.
"""
