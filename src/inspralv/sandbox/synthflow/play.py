"""One telephone call being played. It is seen by asking for it, and told of once it is over."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from inspralv.sandbox.scripts import Script
from inspralv.sandbox.synthflow.custom_actions import custom_action, use
from inspralv.sandbox.synthflow.delivery import post_call
from inspralv.sandbox.synthflow.dialogue import (
    ENDINGS,
    Dialogue,
    Outcome,
    ended,
    filled,
    judge_of,
    milliseconds,
    naive,
    outcome_of,
)
from inspralv.sandbox.synthflow.store import Thing
from inspralv.sandbox.synthflow.world import World

_DIAL_SECONDS = 2.0
_RING_SECONDS = 4.0
_REPORT_SECONDS = 4.0
_USUAL_DURATION = 600.0


def new_call(world: World, assistant: Thing, way: str, lead: str, line: str | None, more: Thing) -> Thing:
    """Keep a call that has just come about; `way` is inbound, outbound or widget."""
    call_id = str(uuid.uuid4())
    called, calling = (line or "", lead) if way != "outbound" else (lead, line or "")
    call: Thing = {
        "call_id": call_id, "model_id": assistant["model_id"], "campaign_type": way,
        "type_of_call": "outbound" if way == "outbound" else "inbound", "phone_number_from": calling,
        "phone_number_to": called, "name": None, "transcript": None, "duration": 0, "recording_url": None,
        "end_call_reason": None, "error_message": "", "executed_actions": {},
        "start_time": milliseconds(datetime.now(UTC)), "timezone": assistant["agent"].get("timezone", "Europe/Berlin"),
        "telephony_hangup": None, "telephony_disconnect_reason": None, "telephony_duration": None,
        "telephony_ringing_duration": None, "telephony_start": None, "telephony_end": None,
        "collected_variables": None, "status": "pending", "custom_end_call_reason": None, "prompt_variables": {},
        "_lead": lead, "_line": line or "", "_judge": None, "_account": assistant["_account"], "_id": call_id, **more,
    }  # fmt: skip
    return world.store.keep("calls", call)


def longest(assistant: Thing) -> float:
    """Return how many seconds a call may last."""
    limit = assistant.get("max_duration") or {}
    return float(limit.get("duration_seconds") or _USUAL_DURATION) if limit.get("is_enabled") else _USUAL_DURATION


async def run(world: World, call: Thing, assistant: Thing, script: Script) -> None:
    """Play a call from dialling to what is told after it. Without a line to call from it stays where it is."""
    if not call["_line"]:
        return
    await world.pause(_DIAL_SECONDS)
    call["status"] = "ringing"
    await world.pause(_RING_SECONDS)
    call["telephony_ringing_duration"] = round(1000 * _RING_SECONDS)
    began_at = datetime.now(UTC)
    call["telephony_start"] = naive(began_at)
    dialogue = Dialogue(longest(assistant))
    if script.answered:
        call["status"] = "in-progress"
        await _talk(world, call, assistant, script, dialogue)
    reason = "exceeded-max-duration" if dialogue.is_full else script.ended_reason
    outcome = Outcome(
        status=outcome_of(script), reason=ENDINGS.get(reason), began_at=began_at, judge=judge_of(script)
    )  # fmt: skip
    await close(world, call, assistant, dialogue, outcome)


async def close(world: World, call: Thing, assistant: Thing, dialogue: Dialogue, outcome: Outcome) -> None:
    """End a call, keep its recording, and tell of it."""
    call |= ended(call, dialogue, outcome)
    if dialogue.lines:
        call["_judge"] = outcome.judge
        if assistant.get("is_recording", True):
            world.store.recordings[call["call_id"]] = [{"seconds": dialogue.seconds}, *dialogue.lines]
            call["recording_url"] = f"{world.options.public_url}/_recordings/{call['call_id']}.wav"
    world.store.save()
    await world.pause(_REPORT_SECONDS)
    await post_call(world, call, assistant)


def greeting_of(assistant: Thing, values: Thing) -> str:
    """Return the first sentence; empty when the caller speaks first."""
    agent = assistant["agent"]
    if agent.get("greeting_message_mode") == "human":
        return ""
    return filled(str(agent.get("greeting_message") or ""), values)


async def _talk(world: World, call: Thing, assistant: Thing, script: Script, dialogue: Dialogue) -> None:
    values = call["prompt_variables"]
    greeting = str(call.get("_greeting") or greeting_of(assistant, values))
    if greeting and script.talks:
        await world.pause(dialogue.add("assistant", filled(greeting, values)))
    for n, line in enumerate(script.lines):
        if dialogue.is_full:
            return
        action = custom_action(world, assistant) if n == script.tool_at else None
        if action is not None:
            await use(world, call, action, values)
        await world.pause(dialogue.add(line.who, line.text))
