"""Cookies that only the server reads."""

from __future__ import annotations

from typing import Literal

from litestar.datastructures import Cookie


def cookie_name(name: str, *, secure: bool) -> str:
    """Return the name as the browser keeps it: with https it gets the prefix __Host- (RFC 6265bis, section 4.1.3.2)."""
    return f"__Host-{name}" if secure else name


def server_cookie(
    name: str, value: str, max_age: int, *, secure: bool, samesite: Literal["lax", "strict"] = "lax"
) -> Cookie:
    """Return a cookie of the whole host that scripts cannot read. `max_age` is in seconds; 0 ends it in the browser."""
    return Cookie(
        key=cookie_name(name, secure=secure),
        value=value,
        path="/",
        max_age=max_age,
        httponly=True,
        secure=secure,
        samesite=samesite,
    )
