"""The tools that we answer ourselves. What they say is read by a model and spoken to a caller: plain, short sentences,
about nobody but the number on the line."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from inspralv.agents.tools import EARLIER_CALLS, NOTE_FOLLOW_UP
from inspralv.conversations.events import FollowUpChanged
from inspralv.conversations.queries import editing, tool_facts
from inspralv.conversations.schemas import Call
from inspralv.foundation.context import Context
from inspralv.foundation.events.event import changes
from inspralv.foundation.web.formats import duration

MOST_CALLS: Final = 5
_SUMMARY = 300
_NOTE_LENGTH = 5000
_STATES = {
    "completed": "", "failed": "the call failed", "no_answer": "nobody answered", "busy": "the line was busy",
    "canceled": "the call was canceled",
}  # fmt: skip


class CannotSay(Exception):
    """The tool has no result; the text is for the model."""


async def run_built_in(ctx: Context, name: str, arguments: dict[str, Any], call: Call | None) -> str:
    """Return the result of a tool. `arguments` fit its schema. Raises CannotSay."""
    if name == EARLIER_CALLS.name:
        return await _earlier_calls(ctx, call)
    assert name == NOTE_FOLLOW_UP.name
    return await _note_follow_up(ctx, str(arguments["note"]).strip(), call)


async def _earlier_calls(ctx: Context, call: Call | None) -> str:
    if call is None or not call.contact_number:
        return "The number of this caller is not known, so earlier calls cannot be looked up."
    zone, found = await tool_facts.list_earlier(ctx, call.contact_number, call.id, MOST_CALLS)
    if not found:
        return "This number has not called before, and was not called from here."
    lines = [_told(one, zone) for one in found]
    return f"Earlier calls with this number, the latest first: {' '.join(lines)}"


def _told(call: tool_facts.EarlierCall, zone: str) -> str:
    at = _moment(call.started_at or call.created_at, zone)
    who = "they called" if call.direction == "inbound" else "we called"
    state = _STATES.get(call.status, "")
    length = f"{duration(call.duration_seconds)} minutes" if call.duration_seconds else ""
    about = " ".join((call.summary or "").split())
    about = about if len(about) <= _SUMMARY else f"{about[: _SUMMARY - 1]}…"
    head = ", ".join(part for part in (at, who, state, length) if part)
    left = f" Open follow-up: {' '.join(call.open_note.split())[:_SUMMARY]}." if call.open_note else ""
    return f"{head}: {about or 'no summary.'}{left}"


def _moment(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%A %d %B %Y at %H:%M}"


async def _note_follow_up(ctx: Context, note: str, call: Call | None) -> str:
    if not note:
        raise CannotSay("The note is empty: say what is to be done.")
    held = await editing.lock_editable(ctx, call.id) if call else None
    if call is None or held is None:
        raise CannotSay("This call is not known here yet, so the note could not be kept. Try once more in a moment.")
    together = f"{held.follow_up_note}\n{note}" if held.follow_up_note else note
    if len(together) > _NOTE_LENGTH:
        raise CannotSay("The note is too long together with those taken before.")
    await editing.save_follow_up(ctx, call.id, together, None, None)
    had = {"has_note": held.follow_up_note is not None, "followed_up": held.followed_up_at is not None}
    old, new = changes(had, {"has_note": True, "followed_up": False})
    if held.follow_up_note:
        new["note"] = "changed"
    ctx.record(FollowUpChanged(entity_id=call.id, old=old, new=new))
    ctx.publish("calls", call.id)
    return "Noted. The team will see to it."
