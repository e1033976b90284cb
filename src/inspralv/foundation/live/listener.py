"""One connection a process listens on; what it hears goes to the handlers of its channel.

Notifications only shorten waiting: when the connection was lost, `missed` is called so that caches are emptied and
streams look again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

import asyncpg
import structlog

log = structlog.get_logger()

_FIRST_WAIT = 0.5
_LONGEST_WAIT = 10.0


class Listener:
    """Keeps one direct connection (LISTEN does not pass a transaction pooler) and reconnects with backoff."""

    def __init__(self, dsn: str, channels: Mapping[str, Callable[[str], None]], missed: Callable[[], None]) -> None:
        self._dsn = dsn
        self._channels = channels
        self._missed = missed
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def start(self) -> None:
        """Begin to listen; returns when the first connection stands."""
        self._task = asyncio.create_task(self._run(), name="listener")
        await asyncio.wait_for(self._ready.wait(), timeout=15)

    async def stop(self) -> None:
        """Close the connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                await self._listen()
                wait = _FIRST_WAIT
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listening connection lost", error=repr(error), retry_in=wait)
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _connection: lost.set())
            for channel in self._channels:
                await connection.add_listener(channel, self._hear)
            if self._ready.is_set():
                self._missed()
            self._ready.set()
            await lost.wait()
        finally:
            with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await connection.close(timeout=2)

    def _hear(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        self._channels[channel](str(payload))
