"""Attempts to get in that failed, for whoever watches the program's log (ASVS 16.3.1). Host, address and request stand on
every line of a request. What was typed is not written down: people type passwords into the wrong field."""

from __future__ import annotations

from uuid import UUID

import structlog

log = structlog.get_logger()


def note_failed_sign_in(partner_id: UUID, method: str, why: str, account_id: UUID | None = None) -> None:
    """Say in the log that somebody did not get in; `account_id` is whose account it was about, where that is known."""
    log.warning(
        "sign-in failed",
        method=method,
        why=why,
        partner=str(partner_id),
        account=str(account_id) if account_id else None,
    )
