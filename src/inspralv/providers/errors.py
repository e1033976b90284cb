"""What went wrong at a provider, said in terms of what the caller should do about it."""

from collections.abc import Sequence


class ProviderError(Exception):
    """Any failure of a provider call; catch the kinds below."""


class Unavailable(ProviderError):
    """Try again later: the provider is down, slow or resting. `retry_after` in seconds, None when nobody can tell."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Throttled(ProviderError):
    """Try again later: too many requests or calls. `retry_after` in seconds, None when the provider does not say."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class BadCredentials(ProviderError):
    """The key is wrong, revoked or not allowed to do this: mark the integration, tell its owner, do not retry."""


class Refused(ProviderError):
    """The provider does not accept what was sent: show the reason at the form field, do not retry.

    `field` is our own pointer as in the agent's body ("config.voice_id"), or "to" and "from" for a call; "" when the
    refusal concerns no single field. `problems` holds all of them as (field, reason), the first one included.
    """

    def __init__(self, field: str, reason: str, *, more: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason
        self.problems = ((field, reason), *more)


class Missing(ProviderError):
    """The remote object does not exist (any more): offer to create it again."""


class Malformed(ProviderError):
    """The provider, or whoever claims to be it, sent something that cannot be read."""


class Unconfirmed(ProviderError):
    """The provider may have acted although no answer came. Never repeat blindly: a person could be called twice."""
