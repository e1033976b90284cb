"""Work at fixed times: once for the platform, or once per partner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspralv.foundation.jobs.job import Deferred


@dataclass(frozen=True)
class Schedule:
    """At each time of `cron` (five fields, UTC) the job is added once for every partner."""

    name: str
    cron: str
    job: Callable[[], Deferred]
