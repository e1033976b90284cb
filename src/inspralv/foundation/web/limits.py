"""Rate limits, counted across processes in the database."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import structlog

from inspralv.foundation.language.texts import ngettext
from inspralv.foundation.clock import system_clock
from inspralv.foundation.errors import TooMany
from inspralv.foundation.services import Services
from inspralv.foundation.web.problems import seconds


log = structlog.get_logger()


class Limit(msgspec.Struct, frozen=True):
    """At most `attempts` in each `window`, per subject."""

    bucket: str
    attempts: int
    window: timedelta


async def count_attempt(services: Services, limit: Limit, subject: str) -> None:
    """Count one attempt on its own, so that a refused request counts too. Raises TooMany beyond the limit."""
    row = await services.pool.fetchrow(
        "SELECT hits, resets_at FROM app.count_attempt($1, $2, $3, $4)",
        limit.bucket,
        subject[:300],
        limit.attempts,
        limit.window,
    )
    assert row is not None
    if row["hits"] > limit.attempts:
        wait = (row["resets_at"] - system_clock()).total_seconds()
        log.warning("too many attempts", limit=limit.bucket)  # not the subject: it holds what was typed
        minutes = max(1, round(wait / 60))
        raise TooMany(
            ngettext("Too many attempts. Try again in %(num)s minute.", "Too many attempts. Try again in %(num)s minutes.", minutes),
            headers={
                "retry-after": seconds(wait),
                "x-ratelimit-limit": str(limit.attempts),
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": seconds(wait),
            },
        )


async def forget_attempts(services: Services, limit: Limit, subject: str) -> None:
    """Start over after a success."""
    await services.pool.execute("SELECT app.forget_attempts($1, $2)", limit.bucket, subject[:300])
