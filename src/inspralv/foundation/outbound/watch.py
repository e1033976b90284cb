"""Prometheus figures of the outbound calls, by breaker key.

A key may end in "/" and a detail (a host, say) that must not become a label, since labels must stay few.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

from inspralv.foundation.outbound.answer import Answer

CALLS = Counter("inspralv_outbound_calls", "Calls to other machines", ["breaker", "outcome"])
SECONDS = Histogram(
    "inspralv_outbound_seconds",
    "Time from call to complete answer, retries included",
    ["breaker"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60),
)


class Observation:
    def __init__(self) -> None:
        self.outcome = "error"

    def saw(self, answer: Answer) -> None:
        self.outcome = f"{answer.status // 100}xx"


@contextmanager
def observed(breaker: str) -> Iterator[Observation]:
    """Counts one call; the outcome is the status class, or the name of the error that ended it."""
    label = breaker.partition("/")[0]
    observation, started = Observation(), time.perf_counter()
    try:
        yield observation
    except BaseException as error:
        observation.outcome = type(error).__name__
        raise
    finally:
        CALLS.labels(label, observation.outcome).inc()
        SECONDS.labels(label).observe(time.perf_counter() - started)
