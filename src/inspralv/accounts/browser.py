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

from inspralv.accounts.actions.second_steps import LIFE as SECOND_STEP_LIFE
from inspralv.foundation.secrets import new_token
from inspralv.foundation.web.cookies import cookie_name, server_cookie
from inspralv.tenancy.session_cookie import SessionPolicy

_SIGN_UP = "signup"
_SECOND_STEP = "second-step"
_LIFE = timedelta(days=2)


def browser_of(request: Request[Any, Any, Any], policy: SessionPolicy) -> str:
    """Return the browser's token, or an empty text when it has none."""
    return request.cookies.get(cookie_name(_SIGN_UP, secure=policy.secure), "")


def remember_browser(request: Request[Any, Any, Any], policy: SessionPolicy) -> Cookie:
    """Return the cookie of this browser: the one it has, or a new one."""
    token = browser_of(request, policy) or new_token()
    return server_cookie(_SIGN_UP, token, int(_LIFE.total_seconds()), secure=policy.secure)


def pending_of(request: Request[Any, Any, Any], policy: SessionPolicy) -> str:
    """Return the token of the sign-in that waits for its second step, or an empty text."""
    return request.cookies.get(cookie_name(_SECOND_STEP, secure=policy.secure), "")


def pending_cookie(policy: SessionPolicy, token: str) -> Cookie:
    """Return the cookie of a sign-in that waits for its second step; it is no session. Without a token it ends."""
    life = int(SECOND_STEP_LIFE.total_seconds()) if token else 0
    return server_cookie(_SECOND_STEP, token, life, secure=policy.secure)


def renewed_cookies(policy: SessionPolicy, token: str) -> list[Cookie]:
    """Return the cookie of a session that got another token; none for a program, which has no session."""
    return [policy.issue(token)] if token else []


def session_of(request: Request[Any, Any, Any], policy: SessionPolicy) -> str:
    """Return the session token the browser sent, or an empty text."""
    return request.cookies.get(policy.cookie, "")
