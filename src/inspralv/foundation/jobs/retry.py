"""When a failed job runs again."""

from __future__ import annotations

import random
from typing import Any

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job as QueueJob

_FIRST = 2.0
_LONGEST = 600.0


class Backoff(BaseRetryStrategy):
    """Exponential with jitter, or what the provider asked for. An exception with `permanent = True` is not retried."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: QueueJob) -> RetryDecision | None:
        if getattr(exception, "permanent", False) or job.attempts + 1 >= self.attempts:
            return None
        asked: Any = getattr(exception, "retry_after", None)
        wait = float(asked) if asked else min(_LONGEST, _FIRST * 2**job.attempts)
        return RetryDecision(retry_in={"seconds": max(1, round(wait * random.uniform(0.8, 1.2)))})  # noqa: S311 - jitter
