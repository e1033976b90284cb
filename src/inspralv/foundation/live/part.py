"""A part of a page that follows what happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from inspralv.foundation.web.view import View


@dataclass(frozen=True)
class LivePart:
    """On a notice of `topic` the view is drawn afresh for each watcher, under the watcher's own rights.

    `draw(ctx, subject)` returns a partial (with its own hx-partial targets), or None when this watcher sees nothing.
    The subject is the id the notice names, or "" when everything should be looked at again. `frame` says whose stream it
    belongs to, "workspace" or "organisation".
    """

    topic: str
    draw: Callable[[Any, str], Awaitable[View | None]]
    frame: str = "workspace"
