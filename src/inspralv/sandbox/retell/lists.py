"""Lists: pages with opaque cursors (contract, section 2), and the filters of the list of calls (section 7)."""

from __future__ import annotations

import base64
import binascii
import operator
from collections.abc import Callable, Mapping
from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.store import Thing

MOST = 1000
USUAL = 50
ORDERS = ("ascending", "descending")
_STRINGS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "sw": str.startswith, "ew": str.endswith, "co": operator.contains,
}  # fmt: skip
_NUMBERS: Mapping[str, Callable[[float, float], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip
_KEYED = {
    "metadata": "metadata", "dynamic_variables": "retell_llm_dynamic_variables",
    "custom_attributes": "custom_attributes",
}  # fmt: skip


def page_of(things: list[Thing], asked: Mapping[str, Any], show: Callable[[Thing], Thing]) -> Thing:
    """Return one page of things, which come oldest first. Raises ApiError(400)."""
    limit, skip, cursor = _whole(asked, "limit", USUAL), _whole(asked, "skip", 0), asked.get("pagination_key")
    order = asked.get("sort_order") or "descending"
    if order not in ORDERS:
        raise ApiError(400, f"sort_order must be one of {', '.join(ORDERS)}")
    if not 1 <= limit <= MOST:
        raise ApiError(400, f"limit must be between 1 and {MOST}")
    if cursor and skip:
        raise ApiError(400, "skip and pagination_key exclude each other")
    rows = things if order == "ascending" else things[::-1]
    start = _after(rows, str(cursor)) if cursor else skip
    part = rows[start : start + limit]
    more = start + limit < len(rows)
    page: Thing = {"items": [show(thing) for thing in part], "has_more": more}
    if more:
        page["pagination_key"] = base64.urlsafe_b64encode(part[-1]["_id"].encode()).decode()
    if asked.get("include_total"):
        page["total"] = len(rows)
    return page


def fits(call: Thing, criteria: Any) -> bool:
    """Whether a call meets all criteria. One that has not begun counts by when it was made. Raises ApiError(400)."""
    if not isinstance(criteria, dict):
        raise ApiError(400, "filter_criteria must be an object")
    for name, wanted in criteria.items():
        if name == "agent":
            if not any(_of_agent(call, one) for one in wanted):
                return False
        elif name in _KEYED or name == "custom_analysis_data":
            if not all(_meets(_keyed(call, name).get(one.get("key")), one, name) for one in wanted):
                return False
        elif not _meets(_field(call, name), wanted, name):
            return False
    return True


def _field(call: Thing, name: str) -> Any:
    analysis = call.get("call_analysis") or {}
    match name:
        case "start_timestamp":
            return call.get(name) or call["_made_at"]
        case "combined_cost":
            return (call.get("call_cost") or {}).get(name)
        case "user_sentiment" | "call_successful" | "in_voicemail":
            return analysis.get(name)
        case _:
            return call.get(name)


def _keyed(call: Thing, name: str) -> Thing:
    if name == "custom_analysis_data":
        return (call.get("call_analysis") or {}).get(name) or {}
    return call.get(_KEYED[name]) or {}


def _of_agent(call: Thing, wanted: Thing) -> bool:
    versions = wanted.get("version")
    return call["agent_id"] == wanted.get("agent_id") and (not versions or call["agent_version"] in versions)


def _meets(value: Any, wanted: Any, name: str) -> bool:
    known: Thing = wanted if isinstance(wanted, dict) else {}
    kind, op, bound = known.get("type"), str(known.get("op")), known.get("value")
    match kind:
        case "present":
            return (value is not None) == (op == "pr")
        case "enum" if op == "in" and isinstance(bound, list):
            return value in bound
        case "boolean" if op == "eq":
            return bool(value == bound)
        case "string" if op in _STRINGS:
            return isinstance(value, str) and _STRINGS[op](value, str(bound))
        case "number" if op in _NUMBERS and isinstance(bound, int | float):
            return isinstance(value, int | float) and _NUMBERS[op](value, bound)
        case "range" if op == "bt" and isinstance(bound, list) and len(bound) == 2:  # noqa: PLR2004 - both ends
            return isinstance(value, int | float) and bound[0] <= value <= bound[1]
        case _:
            raise ApiError(400, f"filter_criteria.{name} is not a filter that this field has")


def _after(rows: list[Thing], cursor: str) -> int:
    try:
        last = base64.urlsafe_b64decode(cursor).decode()
    except (binascii.Error, UnicodeDecodeError):
        last = ""
    for n, thing in enumerate(rows):
        if thing["_id"] == last:
            return n + 1
    raise ApiError(400, "pagination_key is not valid")


def _whole(asked: Mapping[str, Any], name: str, usual: int) -> int:
    value = asked.get(name)
    if value is None:
        return usual
    if isinstance(value, bool) or not str(value).isdecimal():
        raise ApiError(400, f"{name} must be a whole number")
    return int(value)
