"""Webhooks on their way: one queue per call keeps them in order, unless mischief says otherwise."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from typing import Any, Generic, TypeVar

from inspralv.sandbox.mischief import Imp

LetterT = TypeVar("LetterT")
Waiting = asyncio.Future[Any] | None


class Postroom(ABC, Generic[LetterT]):
    """Queues of letters. A vendor's own way to sign, send and repeat one is `deliver`."""

    def __init__(self, imp: Imp) -> None:
        self.imp = imp
        self._queues: dict[str, asyncio.Queue[tuple[LetterT, Waiting] | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[str, list[LetterT]] = defaultdict(list)

    @abstractmethod
    async def deliver(self, call_id: str, letter: LetterT) -> Any:
        """Send a letter, as often as it takes; return the JSON of the answer, None when there is none."""

    def put(self, call_id: str, letter: LetterT) -> None:
        """Queue a letter: once, twice or not at all, and perhaps behind the next one."""
        queue = self._queue(call_id)
        if self.imp.late() and not self._held[call_id]:
            self._held[call_id].append(letter)
            return
        for _ in range(self.imp.copies()):
            queue.put_nowait((letter, None))
        self._release(call_id)

    async def ask(self, call_id: str, letter: LetterT) -> Any:
        """Queue a letter that wants an answer; return the answer's JSON, or None when there was none."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._release(call_id)
        self._queue(call_id).put_nowait((letter, answer))
        return await answer

    def finish(self, call_id: str) -> None:
        """No more letters will come for this call."""
        self._release(call_id)
        queue = self._queues.pop(call_id, None)
        if queue is not None:
            queue.put_nowait(None)

    async def stop(self) -> None:
        """Forget what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._queues.clear()
        self._held.clear()

    def _queue(self, call_id: str) -> asyncio.Queue[tuple[LetterT, Waiting] | None]:
        if call_id not in self._queues:
            self._queues[call_id] = asyncio.Queue()
            task = asyncio.create_task(self._deliver_all(call_id, self._queues[call_id]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return self._queues[call_id]

    def _release(self, call_id: str) -> None:
        for letter in self._held.pop(call_id, []):
            self._queue(call_id).put_nowait((letter, None))

    async def _deliver_all(self, call_id: str, queue: asyncio.Queue[tuple[LetterT, Waiting] | None]) -> None:
        while (entry := await queue.get()) is not None:
            letter, answer = entry
            await asyncio.sleep(self.imp.plan.delay_seconds)
            content = await self.deliver(call_id, letter)
            if answer is not None and not answer.done():
                answer.set_result(content)
