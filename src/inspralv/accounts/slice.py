"""The accounts slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.accounts import api, mailbox, pages, password_pages, tasks
from inspralv.foundation.mail.sending import SEND
from inspralv.foundation.slice import Slice

SLICE = Slice(
    name="accounts",
    routes=(*api.ROUTES, *pages.ROUTES, *password_pages.ROUTES, *mailbox.ROUTES),
    tasks=(*tasks.TASKS, SEND),
    schedules=tasks.SCHEDULES,
    templates=Path(__file__).parent / "templates",
)
