"""The typed contexts of the log's templates."""

from __future__ import annotations

import msgspec

from inspralv.conversations.activity.schemas import KEPT_DAYS, Activity, ActivityRow, SigningState
from inspralv.conversations.views import Pager


class ActivityPage(msgspec.Struct, frozen=True, kw_only=True):
    """The log. `query` is the filter as typed; `secret` a new secret, shown this once."""

    rows: tuple[ActivityRow, ...]
    query: dict[str, str]
    has_any: bool
    pager: Pager
    clear: str
    signing: SigningState
    may_sign: bool
    secret: str = ""
    kept_days: int = KEPT_DAYS


class ActivityDetailPage(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, and whether this person may send it again. `repeated` says that it is being sent."""

    found: Activity
    arguments: str
    may_repeat: bool
    zone: str
    repeated: bool = False
