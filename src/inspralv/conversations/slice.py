"""Conversations as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.conversations import api, downloads, hooks, pages, tasks
from inspralv.conversations.activity import api as activity_api
from inspralv.conversations.activity import pages as activity_pages
from inspralv.conversations.live import LIVE
from inspralv.foundation.language.texts import N_
from inspralv.foundation.secrets import SealedColumn
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="conversations",
    routes=(*hooks.ROUTES, *api.ROUTES, *pages.ROUTES, *downloads.ROUTES, *activity_api.ROUTES, *activity_pages.ROUTES),
    tasks=tasks.TASKS,
    schedules=tasks.SCHEDULES,
    nav=(
        NavEntry(
            "workspace", "", N_("Conversations"), "/conversations", "messages-square", P.CONVERSATIONS_READ, "g c", 30
        ),
        NavEntry("workspace", "", N_("Tools and webhooks"), "/activity", "activity", P.CONVERSATIONS_READ, "g w", 35),
    ),
    live=(*LIVE, *activity_pages.LIVE),
    sealed=(SealedColumn("signing_secrets", "secret"),),
    templates=Path(__file__).parent / "templates",
)
