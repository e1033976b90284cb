"""How talking to a provider about a number ended, in our words."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import msgspec

from inspralv.providers import sentences
from inspralv.providers.errors import BadCredentials, Malformed, Missing, ProviderError, Refused, Throttled, Unavailable

T = TypeVar("T")


class Failed(msgspec.Struct, frozen=True):
    """Trying again does not help until a person changes something."""

    reason: str
    field: str | None = None
    is_key: bool = False


class Later(msgspec.Struct, frozen=True):
    """Trying again may help; `retry_after` in seconds, if the provider said so."""

    reason: str
    retry_after: float | None = None


class Lost(msgspec.Struct, frozen=True):
    """The provider does not know the number, or an agent, any more."""

    reason: str


Trouble = Failed | Later | Lost


async def outcome_of(talk: Awaitable[T], label: str) -> T | Trouble:
    """Return what the provider answered, or what went wrong."""
    try:
        return await talk
    except Refused as error:
        return Failed(error.reason, error.field or None)
    except BadCredentials as error:
        return Failed(sentences.KEY_REFUSED(provider=label, reason=error), is_key=True)
    except (Unavailable, Throttled, Malformed) as error:
        return Later(str(error), getattr(error, "retry_after", None))
    except Missing as error:
        return Lost(str(error))
    except ProviderError as error:
        return Failed(str(error))
