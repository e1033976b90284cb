"""What follows from an event: a reaction adds jobs and live notices to the transaction in which the event happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspralv.foundation.context import Context
    from inspralv.foundation.events.event import Event

Reaction = Callable[["Context", Any], None]


class Reactions:
    """Event type → reactions, in the order in which the slices declare them."""

    def __init__(self, declared: Iterable[tuple[type[Event], Reaction]] = ()) -> None:
        self._of: dict[type[Event], list[Reaction]] = {}
        for kind, reaction in declared:
            self._of.setdefault(kind, []).append(reaction)

    def of(self, kind: type[Event]) -> list[Reaction]:
        """Return the reactions to exactly this type of event."""
        return self._of.get(kind, [])
