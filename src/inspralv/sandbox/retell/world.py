"""Everything of one running emulator."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from inspralv.sandbox.mischief import Imp
from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.retell.delivery import Courier
from inspralv.sandbox.retell.store import Store

if TYPE_CHECKING:
    from inspralv.sandbox.retell.play import Play


class World:
    """Store, mischief, deliveries and the calls that are being played."""

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.store = Store(options.data_file)
        self.imp = Imp()
        self.courier = Courier(self.store, self.imp, options.speed)
        self.plays: dict[str, Play] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def speed(self) -> float:
        return self.courier.speed

    async def pause(self, seconds: float) -> None:
        """Wait as long as `seconds` take at this speed."""
        await asyncio.sleep(seconds / self.speed if self.speed else 0)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background until the sandbox closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def reset(self) -> None:
        """Forget everything, behave, and play at the usual speed."""
        self.imp.set({})
        await self._stop()
        await self.courier.stop()
        self.courier.speed = self.options.speed
        self.plays.clear()
        self.store.reset()

    async def close(self) -> None:
        """Stop every call and delivery; keep what the data file keeps."""
        await self._stop()
        await self.courier.close()
        self.store.save()

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
