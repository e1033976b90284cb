"""A mail that could not be sent."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from tests.world import ACME

from inspralv.foundation.ids import uuid7


async def add_failed_mail(rows: asyncpg.Connection, html: str = "New", plain: str = "New") -> UUID:
    """Add one to Mia, from Acme; return its id."""
    mail = uuid7(datetime.now(UTC))
    await rows.execute(
        "INSERT INTO app.mail_messages (partner_id, id, template, recipient, sender, subject, html, plain, status, error, created_at)"
        " VALUES ($1, $2, 'reset_password', 'mia@acme.test', 'Acme <no@acme.test>', 'New password', $3, $4, 'failed', '550 no', now())",
        ACME, mail, html, plain,
    )  # fmt: skip
    return mail
