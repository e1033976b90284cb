"""The session cookie: its name, life and flags."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from litestar.datastructures import Cookie

from inspralv.foundation.web.cookies import cookie_name, server_cookie


class SessionPolicy(msgspec.Struct, frozen=True):
    """`idle` ends an unused session, `absolute` every session. `secure` adds the __Host- prefix (RFC 6265bis)."""

    secure: bool
    idle: timedelta
    absolute: timedelta

    @property
    def cookie(self) -> str:
        return cookie_name("session", secure=self.secure)

    def issue(self, token: str) -> Cookie:
        """Return the cookie that carries a new session."""
        return server_cookie("session", token, int(self.absolute.total_seconds()), secure=self.secure)

    def withdraw(self) -> Cookie:
        """Return the cookie that ends it in the browser."""
        return server_cookie("session", "", 0, secure=self.secure)
