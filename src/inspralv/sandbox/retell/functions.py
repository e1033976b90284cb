"""An agent uses a custom function: what it asks the function's address, and what it makes of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from inspralv.sandbox.retell.delivery import Letter
from inspralv.sandbox.retell.store import Thing, shown
from inspralv.sandbox.retell.world import World

if TYPE_CHECKING:
    from inspralv.sandbox.retell.play import Play

_VALUES: dict[str, Any] = {"number": 2, "integer": 2, "boolean": True, "array": [], "object": {}}
_LONGEST = 15_000
_USUAL_MS = 120_000


async def use(world: World, play: Play) -> None:
    """Ask the agent's first function that gets name, arguments and call, if it has one, and remember the answer."""
    tool = _function(play.llm)
    if tool is None:
        return
    arguments = {name: _value(schema) for name, schema in _properties(tool).items()}
    content = {"name": tool["name"], "args": arguments, "call": shown(play.call)}
    letter = Letter(
        account_id=play.call["_account"], kind="function", url=tool["url"], method=tool.get("method") or "POST",
        headers=tool.get("headers") or {}, content=content, seconds=tool.get("timeout_ms", _USUAL_MS) / 1000,
        retries=int(tool.get("max_retry") or 0),
    )  # fmt: skip
    answer = await world.courier.ask(play.call["call_id"], letter)
    text = answer if isinstance(answer, str) else msgspec.json.encode(answer).decode()
    play.dialogue.add_tool(
        tool["name"], msgspec.json.encode(arguments).decode(), text[:_LONGEST], successful=answer is not None
    )


def _function(llm: Thing) -> Thing | None:
    for tool in llm.get("general_tools") or ():
        if tool["type"] == "custom" and not tool.get("args_at_root"):
            found: Thing = tool
            return found
    return None


def _properties(tool: Thing) -> Thing:
    properties: Thing = (tool.get("parameters") or {}).get("properties") or {}
    return properties


def _value(schema: Thing) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    return _VALUES.get(schema.get("type", "string"), "Thursday")
