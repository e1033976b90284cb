"""Conversations as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.conversations import api, downloads, hooks, pages, tasks
from inspralv.conversations.live import LIVE
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="conversations",
    routes=(*hooks.ROUTES, *api.ROUTES, *pages.ROUTES, *downloads.ROUTES),
    tasks=tasks.TASKS,
    schedules=tasks.SCHEDULES,
    nav=(
        NavEntry(
            "workspace", "", "Conversations", "/conversations", "messages-square", P.CONVERSATIONS_READ, "g c", 30
        ),
    ),
    live=LIVE,
    templates=Path(__file__).parent / "templates",
)
