"""Which language a request is answered in: what the person has chosen, else the partner's, else the browser's."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Final

from litestar.datastructures import Cookie

from inspralv.foundation.language.languages import SOURCE, Language, known, negotiated, speak
from inspralv.foundation.web.access import Connection
from inspralv.foundation.web.cookies import cookie_name, server_cookie
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.session_cookie import SessionPolicy

_COOKIE: Final = "language"
_LIFE: Final = timedelta(days=365)
_negotiated = lru_cache(maxsize=256)(negotiated)


def speak_to_anybody(connection: Connection, home: Partner | None) -> None:
    """Speak the language that was chosen in this browser, else the partner's, else the one the browser asks for.
    Programs that ask the API get English unless they ask for something else. Without `home` nobody has looked whose
    host it is."""
    secure = connection.app.state.services.get(SessionPolicy).secure
    chosen = known(connection.cookies.get(cookie_name(_COOKIE, secure=secure)))
    usual = home.branding.language if home and not connection.scope["path"].startswith("/api/") else None
    speak(chosen or usual or _negotiated(connection.scope.get("inspralv.languages", "")) or SOURCE)


def speak_to(language: str | None) -> None:
    """Speak the language that the signed-in person has chosen, if there is one."""
    chosen = known(language)
    if chosen:
        speak(chosen)


def language_cookie(policy: SessionPolicy, language: Language) -> Cookie:
    """Return the cookie that keeps a choice in a browser where nobody is signed in."""
    return server_cookie(_COOKIE, language, int(_LIFE.total_seconds()), secure=policy.secure)
