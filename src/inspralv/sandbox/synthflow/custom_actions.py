"""An assistant uses one of its custom actions during a call."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from inspralv.sandbox.synthflow.delivery import Letter, send
from inspralv.sandbox.synthflow.dialogue import filled
from inspralv.sandbox.synthflow.store import Thing
from inspralv.sandbox.synthflow.world import World

_HEARD = re.compile(r"<(\w+)>")
_VALUES = {"number": "2", "integer": "2", "boolean": "true"}


def custom_action(world: World, assistant: Thing) -> Thing | None:
    """Return the assistant's first custom action."""
    found = (world.store.find("actions", action_id) for action_id in assistant["_actions"])
    return next((one for one in found if one and one["_kind"] == "CUSTOM_ACTION"), None)


async def use(world: World, call: Thing, action: Thing, values: Thing) -> None:
    """Ask the action's address and note the answer, as JSON inside of a text."""
    asked: Thing = action["parameters_hard_coded"]
    heard = {
        one["name"]: _VALUES.get(str(one.get("type")), "Thursday")
        for one in asked.get("variables_during_the_call") or ()
    }
    known = {**values, "call_id": call["call_id"], "user_phone_number": call["_lead"]}

    def text(template: str) -> str:
        return filled(_HEARD.sub(lambda place: heard.get(place[1], place[0]), template), known)

    body = text(asked["json_body_stringified"]) if asked.get("json_body_stringified") else None
    headers = {str(one["key"]).lower(): text(str(one["value"])) for one in asked.get("headers") or ()}
    auth = asked.get("custom_auth") or {}
    if auth.get("is_needed") and auth.get("location") == "header":
        headers[str(auth["key"]).lower()] = str(auth["value"])
    params = {str(one["key"]): text(str(one["value"])) for one in asked.get("query_parameters") or ()}
    letter = Letter(
        kind="custom_action", url=text(asked["url"]), method=asked.get("http_mode", "GET"), headers=headers, params=params,
        body=body.encode() if body else None, action_id=action["action_id"],
    )  # fmt: skip
    answer = await send(world, call, letter)
    name = f"custom_action_{asked['name']}"
    call["executed_actions"][name] = _executed(name, asked, heard, answer)


def _executed(name: str, asked: Thing, heard: dict[str, str], answer: Any) -> Thing:
    at = datetime.now(UTC)
    return {
        "name": name, "action_type": "custom_function_action_type", "description": asked.get("description") or "",
        "parameters_hard_coded": msgspec.json.encode({"url": asked["url"]}).decode(),
        "parameters_from_llm": msgspec.json.encode(heard).decode(),
        "error_message": "" if answer is not None else "no answer",
        "return_value": msgspec.json.encode(answer).decode(), "return_value_status": "", "is_relevant_action": "true",
        "timestamp": str(at.timestamp()), "timestamp_datetime": at.replace(tzinfo=None).isoformat(),
    }  # fmt: skip
