"""Who is watching: subscriptions of this process, woken by notices of their tenant."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import msgspec

_MOST_WAITING = 200


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
    """Notices of channel "live" carry partner, workspace, topic and subject; of channel "rights", partner and user."""

    def __init__(self) -> None:
        self._open: set[Subscription] = set()

    @contextmanager
    def subscribe(self, partner_id: UUID, workspace_id: UUID | None, user_id: UUID) -> Iterator[Subscription]:
        """Open a subscription for the length of a stream."""
        subscription = Subscription(partner_id, workspace_id, user_id)
        self._open.add(subscription)
        try:
            yield subscription
        finally:
            self._open.discard(subscription)

    def hear_live(self, payload: str) -> None:
        partner, workspace, topic, subject = payload.split(":", 3)
        for s in self._open:
            if str(s.partner_id) == partner and (not workspace or str(s.workspace_id) == workspace):
                s.put(Notice(topic, subject))

    def hear_rights(self, payload: str) -> None:
        """A right changed: every stream of that user (of the whole partner, without a user) checks again."""
        partner, _, user = payload.partition(":")
        for s in self._open:
            if str(s.partner_id) == partner and user in {"", str(s.user_id)}:
                s.put(Notice("rights"))

    def look_again(self) -> None:
        """Notices may have been missed."""
        for s in self._open:
            s.put(Notice("*"))
