"""What the house hands down: made once at assembly, reached through the context."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import asyncpg

from inspralv.foundation.clock import Clock, system_clock
from inspralv.foundation.events.reactions import Reactions
from inspralv.foundation.secrets import Sealer

T = TypeVar("T")


@dataclass
class Services:
    """Shared machinery. What belongs to a higher room (the provider registry, say) is kept by its type in `parts`."""

    pool: asyncpg.Pool
    sealer: Sealer
    reactions: Reactions
    clock: Clock = system_clock
    parts: dict[type[Any], Any] = field(default_factory=dict)

    def get(self, kind: type[T]) -> T:
        """Return the part of this type. Raises KeyError when the assembly has none."""
        part: T = self.parts[kind]
        return part

    def put(self, *parts: object) -> None:
        """Keep parts under their own types."""
        for part in parts:
            self.parts[type(part)] = part
