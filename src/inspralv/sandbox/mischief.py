"""Misbehaviour on demand: what networks and providers do on a bad day, repeatable with a seed."""

from __future__ import annotations

import random
from typing import Annotated, Any

import msgspec

from inspralv.sandbox.errors import ApiError

Rate = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=0)]
_TOO_MANY = 429


class Failure(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The next `times` requests that match are answered with `status`. `path_prefix` and `method` narrow it down."""

    status: int
    times: Count = 1
    method: str | None = None
    path_prefix: str = "/"
    retry_after: Count | None = None
    body: str | None = None


class Mischief(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What goes wrong from now on. `duplicate`, `drop` and `reorder` are rates of webhooks, between 0 and 1;
    `delay_seconds` holds every webhook back. `slow_seconds` delays every answer; `outage` answers 503 to everything, and
    `faults` 500 to this share of all requests. The next `lost_answers` requests that make something are carried out and
    then answered with 500. The next `garbled_answers` are cut off in the middle; with `extra_fields` every object of an
    answer has one field more."""

    duplicate: Rate = 0.0
    drop: Rate = 0.0
    reorder: Rate = 0.0
    delay_seconds: Seconds = 0.0
    slow_seconds: Seconds = 0.0
    outage: bool = False
    fail: list[Failure] = []
    lost_answers: Count = 0
    garbled_answers: Count = 0
    extra_fields: bool = False
    faults: Rate = 0.0
    seed: int = 1


class Imp:
    """Carries out the mischief."""

    def __init__(self) -> None:
        self.plan = Mischief()
        self.dice = random.Random(1)  # noqa: S311 - repeatable on purpose

    def set(self, body: Any) -> None:
        """Take a new plan. Raises msgspec.ValidationError."""
        self.plan = msgspec.convert(body, Mischief)
        self.dice = random.Random(self.plan.seed)  # noqa: S311

    def refuse(self, method: str, path: str) -> None:
        """Fail a request that the plan says shall fail. Raises ApiError."""
        if self.plan.outage:
            raise ApiError(503, "Service Unavailable")
        if self.plan.faults and self.dice.random() < self.plan.faults:
            raise ApiError(500, "Something failed by chance")
        for failure in self.plan.fail:
            if failure.times > 0 and path.startswith(failure.path_prefix) and failure.method in {None, method}:
                failure.times -= 1
                headers = {"retry-after": str(failure.retry_after)} if failure.retry_after is not None else {}
                usual = "Rate limit exceeded" if failure.status == _TOO_MANY else "Something failed on purpose"
                raise ApiError(failure.status, failure.body or usual, headers)

    def lose_answer(self) -> bool:
        """Whether this answer gets lost although the request was carried out."""
        if self.plan.lost_answers > 0:
            self.plan.lost_answers -= 1
            return True
        return False

    def rewrite(self, answer: bytes) -> bytes:
        """Return a JSON answer as it leaves: as it is, cut off, or with fields that nobody knows."""
        if self.plan.garbled_answers > 0:
            self.plan.garbled_answers -= 1
            return answer[: len(answer) // 2] if len(answer) > 1 else b"<html>"
        if self.plan.extra_fields and answer:
            return msgspec.json.encode(_widened(msgspec.json.decode(answer)))
        return answer

    def copies(self) -> int:
        """How often a webhook is delivered: 0 when it is dropped, 2 when it is doubled."""
        if self.dice.random() < self.plan.drop:
            return 0
        return 2 if self.dice.random() < self.plan.duplicate else 1

    def late(self) -> bool:
        """Whether a webhook waits until the next one has overtaken it."""
        return self.dice.random() < self.plan.reorder


def _widened(value: Any) -> Any:
    if isinstance(value, list):
        return [_widened(one) for one in value]
    if isinstance(value, dict):
        return {"aNewField": {"of": "tomorrow"}, **{name: _widened(one) for name, one in value.items()}}
    return value
