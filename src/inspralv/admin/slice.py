"""The operator's console as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.admin import (
    api,
    audit_pages,
    domain_pages,
    domains_api,
    limit_pages,
    pages,
    partner_pages,
    requests_api,
    requests_pages,
    second_factor_pages,
    tasks,
    user_pages,
    users_api,
    viewing_pages,
    work_pages,
)
from inspralv.admin.second_factor import SEALED
from inspralv.foundation.slice import Slice

SLICE = Slice(
    name="admin",
    routes=(
        *api.ROUTES,
        *audit_pages.ROUTES,
        *domain_pages.ROUTES,
        *domains_api.ROUTES,
        *limit_pages.ROUTES,
        *pages.ROUTES,
        *partner_pages.ROUTES,
        *requests_api.ROUTES,
        *requests_pages.ROUTES,
        *second_factor_pages.ROUTES,
        *user_pages.ROUTES,
        *users_api.ROUTES,
        *viewing_pages.ROUTES,
        *work_pages.ROUTES,
    ),
    sealed=SEALED,
    tasks=tasks.TASKS,
    schedules=tasks.SCHEDULES,
    templates=Path(__file__).parent / "templates",
)
