"""Who is watching: subscriptions of this process, woken by notices of their tenant."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import msgspec

_MOST_WAITING = 200
_MOST_REMEMBERED = 2000
_CLOCKS_APART = 1.0  # seconds between the clocks of two machines, generously


class Notice(msgspec.Struct, frozen=True):
    """Something of `topic` changed. `subject` is its id. Topic "*" means: look at everything again."""

    topic: str
    subject: str = ""


class Subscription:
    """A queue of notices for one stream. Equal notices that wait are one notice."""

    def __init__(self, partner_id: UUID, workspace_id: UUID | None, user_id: UUID) -> None:
        self.partner_id = partner_id
        self.workspace_id = workspace_id
        self.user_id = user_id
        self.closed = False
        self._waiting: dict[Notice, None] = {}
        self._wake = asyncio.Event()

    def put(self, notice: Notice) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting = {Notice("*"): None}
        else:
            self._waiting[notice] = None
        self._wake.set()

    async def take(self, wait: float) -> list[Notice]:
        """Return what waits; after `wait` seconds of silence, an empty list."""
        try:
            await asyncio.wait_for(self._wake.wait(), wait)
        except TimeoutError:
            return []
        self._wake.clear()
        taken, self._waiting = list(self._waiting), {}
        return taken


class LiveHub:
    """Notices of channel "live" carry partner, workspace, topic and subject; of channel "rights", partner and user.

    The last notices are remembered, for pages that were on their way to the browser when they came: all since
    `knows_since` (seconds since 1970; now, if not given).
    """

    def __init__(self, knows_since: float | None = None) -> None:
        self._open: set[Subscription] = set()
        self._remembered: deque[tuple[float, str, str, Notice]] = deque()
        self._knows_since = time.time() if knows_since is None else knows_since

    @contextmanager
    def subscribe(
        self, partner_id: UUID, workspace_id: UUID | None, user_id: UUID, since: float | None = None
    ) -> Iterator[Subscription]:
        """Open a subscription for the length of a stream. What came after `since` (seconds since 1970) comes first;
        where the memory does not reach back so far, the notice to look at everything."""
        subscription = Subscription(partner_id, workspace_id, user_id)
        for notice in self._missed(subscription, since):
            subscription.put(notice)
        self._open.add(subscription)
        try:
            yield subscription
        finally:
            self._open.discard(subscription)

    def hear_live(self, payload: str) -> None:
        partner, workspace, topic, subject = payload.split(":", 3)
        notice = Notice(topic, subject)
        self._remembered.append((time.time(), partner, workspace, notice))
        if len(self._remembered) > _MOST_REMEMBERED:
            self._knows_since = self._remembered.popleft()[0]
        for s in self._open:
            if _concerns(s, partner, workspace):
                s.put(notice)

    def hear_rights(self, payload: str) -> None:
        """A right changed: every stream of that user (of the whole partner, without a user) checks again."""
        partner, _, user = payload.partition(":")
        for s in self._open:
            if str(s.partner_id) == partner and user in {"", str(s.user_id)}:
                s.put(Notice("rights"))

    def look_again(self) -> None:
        """Notices may have been missed."""
        self._knows_since = time.time()
        for s in self._open:
            s.put(Notice("*"))

    def _missed(self, subscription: Subscription, since: float | None) -> list[Notice]:
        if since is None:
            return []
        since -= _CLOCKS_APART
        if since < self._knows_since:
            return [Notice("*")]
        return [
            notice
            for at, partner, workspace, notice in self._remembered
            if at >= since and _concerns(subscription, partner, workspace)
        ]


def _concerns(subscription: Subscription, partner: str, workspace: str) -> bool:
    return str(subscription.partner_id) == partner and workspace in {"", str(subscription.workspace_id)}
