"""The session cookie: its name, life and flags."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from litestar.datastructures import Cookie


class SessionPolicy(msgspec.Struct, frozen=True):
    """`idle` ends an unused session, `absolute` every session. `secure` adds the __Host- prefix (RFC 6265bis)."""

    secure: bool
    idle: timedelta
    absolute: timedelta

    @property
    def cookie(self) -> str:
        return "__Host-session" if self.secure else "session"

    def issue(self, token: str) -> Cookie:
        """Return the cookie that carries a new session."""
        return self._cookie(token, int(self.absolute.total_seconds()))

    def withdraw(self) -> Cookie:
        """Return the cookie that ends it in the browser."""
        return self._cookie("", 0)

    def _cookie(self, value: str, max_age: int) -> Cookie:
        return Cookie(
            key=self.cookie,
            value=value,
            path="/",
            max_age=max_age,
            httponly=True,
            secure=self.secure,
            samesite="lax",
        )
