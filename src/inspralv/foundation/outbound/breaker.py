import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from inspralv.foundation.language.stored import Stored
from inspralv.foundation.outbound.answer import Answer
from inspralv.foundation.outbound.errors import TimedOut, Unavailable, Unreachable

RESTS = Stored("%(name)s failed repeatedly and rests")


class ServerFault(Exception):
    """A 5xx, raised so that the breaker counts it; the client hands the answer to its caller."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def counted(answer: Answer) -> Answer:
    """The answer itself; raises ServerFault when it is one."""
    if answer.status >= 500:  # noqa: PLR2004 - the server's own faults
        raise ServerFault(answer)
    return answer


COUNTED = (ServerFault, TimedOut, Unreachable)


class Breakers:
    """One breaker per key, in this process. Only silence and 5xx count: a tenant's bad key must not shut out others."""

    def __init__(self, *, threshold: int = 5, rest: float = 30.0) -> None:
        """After `threshold` failures in a row the key rests for `rest` seconds, then one call may try."""
        self._rest = rest
        self._factory = AsyncCircuitBreakerFactory(
            default_threshold=threshold,
            default_ttl=rest,
            exclude=[(BaseException, lambda error: not isinstance(error, COUNTED))],
        )

    @asynccontextmanager
    async def watch(self, key: str) -> AsyncIterator[None]:
        """Raises Unavailable, with the seconds left, while the breaker of this key is open."""
        breaker = await self._factory.get_breaker(key)
        try:
            async with breaker:
                yield
        except OpenedState as opened:
            left = max(0.0, opened.opened_at + self._rest - time.time())
            raise Unavailable(RESTS(name=key), retry_after=left) from None
