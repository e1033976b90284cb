"""A slice of the product: what one folder contributes to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar.handlers import BaseRouteHandler

from inspralv.foundation.events.event import Event
from inspralv.foundation.events.reactions import Reaction
from inspralv.foundation.jobs.job import Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.mail.samples import LetterSample
from inspralv.foundation.secrets import SealedColumn


@dataclass(frozen=True)
class NavEntry:
    """An entry of a frame's navigation. `path` follows the frame's base ("/w/acme" + "/agents"); `permission` hides it
    from those who may not open it (empty: nobody); `hotkey` is a key sequence such as "g a"."""

    frame: str  # "workspace", "organisation" or "account"
    group: str
    label: str
    path: str
    icon: str
    permission: str = ""
    hotkey: str = ""
    order: int = 100


@dataclass(frozen=True)
class Slice:
    """Declared once per folder in its slice.py and listed once in assembly.py."""

    name: str
    routes: Sequence[BaseRouteHandler] = ()
    tasks: Sequence[Task[Any]] = ()
    schedules: Sequence[Schedule] = ()
    reactions: Sequence[tuple[type[Event], Reaction]] = ()
    nav: Sequence[NavEntry] = ()
    live: Sequence[LivePart] = ()
    sealed: Sequence[SealedColumn] = ()
    letters: Sequence[LetterSample] = ()
    templates: Path | None = None
