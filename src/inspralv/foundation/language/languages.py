"""Which languages there are, and which one is spoken in the task at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

Language = Literal["en", "de", "es", "fr", "pt"]

# Each by its own name, as people look for it.
LANGUAGES: Final[dict[Language, str]] = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "pt": "Português",
}
SOURCE: Final[Language] = "en"  # the language that texts are written in
_spoken: ContextVar[Language] = ContextVar("language", default=SOURCE)


def known(code: str | None) -> Language | None:
    """Return a language by its code, None for any other text."""
    return next((one for one in LANGUAGES if one == code), None)


def spoken() -> Language:
    """Return the language that is spoken now."""
    return _spoken.get()


def speak(language: Language) -> None:
    """Speak a language from here to the end of the request or job."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for a while: a mail is written in the one of its reader."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def negotiated(accepted: str) -> Language | None:
    """Return the language of ours that a browser likes best, by its Accept-Language (RFC 9110, section 12.5.4), or
    None. Regions do not count: de-AT is served in German."""
    best: tuple[float, Language] | None = None
    for part in accepted[:500].split(","):
        name, _, weight = part.partition(";")
        language = known(name.strip().lower().partition("-")[0])
        quality = _quality(weight)
        if language and quality > 0 and (best is None or quality > best[0]):
            best = (quality, language)
    return best[1] if best else None


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(1.0, float(value))
    except ValueError:
        return 0.0
