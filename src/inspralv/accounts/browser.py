"""Cookies of the browser: its session, and what recognises the browser that signed up.

The browser that signed up need not repeat the password when it confirms.

Without it a link alone would not do: somebody could sign up with another person's address and a password of their own,
and the owner of the mailbox, clicking the link, would open the account for them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from inspralv.foundation.secrets import new_token
from inspralv.tenancy.session_cookie import SessionPolicy

_LIFE = timedelta(days=2)


def browser_of(request: Request[Any, Any, Any], policy: SessionPolicy) -> str:
    """Return the browser's token, or an empty text when it has none."""
    return request.cookies.get(_name(policy), "")


def remember_browser(request: Request[Any, Any, Any], policy: SessionPolicy) -> Cookie:
    """Return the cookie of this browser: the one it has, or a new one."""
    return Cookie(
        key=_name(policy), value=browser_of(request, policy) or new_token(), path="/",
        max_age=int(_LIFE.total_seconds()), httponly=True, secure=policy.secure, samesite="lax",
    )  # fmt: skip


def session_of(request: Request[Any, Any, Any], policy: SessionPolicy) -> str:
    """Return the session token the browser sent, or an empty text."""
    return request.cookies.get(policy.cookie, "")


def _name(policy: SessionPolicy) -> str:
    return "__Host-signup" if policy.secure else "signup"
