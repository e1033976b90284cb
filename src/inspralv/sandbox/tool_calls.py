"""An assistant uses one of its function tools: what it asks the tool's server, and what it makes of the answer."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec

from inspralv.sandbox.delivery import is_wanted
from inspralv.sandbox.store import Thing

_NO_RESULT = "No result returned."
_VALUES: dict[str, Any] = {"number": 2, "integer": 2, "boolean": True, "array": [], "object": {}}


def function_tool(assistant: Thing) -> Thing | None:
    """Return the assistant's first inline function tool."""
    for tool in (assistant.get("model") or {}).get("tools") or []:
        if tool.get("type") == "function" and (tool.get("function") or {}).get("name"):
            found: Thing = tool
            return found
    return None


def call_of(tool: Thing) -> Thing:
    """Return a tool call with plausible arguments for the tool's parameters."""
    function = tool["function"]
    properties = (function.get("parameters") or {}).get("properties") or {}
    arguments = {name: _value(schema) for name, schema in properties.items()}
    text = msgspec.json.encode(arguments).decode()
    return {
        "id": f"call_{secrets.token_hex(12)}",
        "type": "function",
        "function": {"name": function["name"], "arguments": text},
    }


def message_of(tool: Thing, call: Thing) -> Thing:
    """Return the tool-calls message."""
    return {"type": "tool-calls", "toolCallList": [call], "toolWithToolCallList": [{**tool, "toolCall": call}]}


def server_of(tool: Thing, message: Thing, server: Thing | None, wanted: list[str] | None) -> Thing | None:
    """Return who is asked: the tool's own server, else the assistant's if it wants tool calls."""
    own: Thing | None = tool.get("server")
    return own or (server if is_wanted(message, wanted) else None)


def result_in(answer: Any, call: Thing) -> str:
    """Return the result, or the error, that a server's answer gives for a call (contract, section 7)."""
    results = answer.get("results") if isinstance(answer, dict) else None
    for one in results if isinstance(results, list) else []:
        if isinstance(one, dict) and one.get("toolCallId") == call["id"]:
            return str(one.get("result") or one.get("error") or _NO_RESULT)
    return _NO_RESULT


def _value(schema: Thing) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    return _VALUES.get(schema.get("type", "string"), "Thursday")
