"""Tools of an agent as entries of `general_tools`, and back. Kinds we do not make stay where others put them.

A transfer to several places is one tool for each, next to each other. Both an API request and a custom function are
`custom` over there: the request sends its arguments as they are (`args_at_root`), the function sends them with its name
and the call, signed like a webhook.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import (
    ApiRequest,
    CustomFunction,
    EndCall,
    JsonSchema,
    Method,
    PressDigits,
    Tool,
    TransferCall,
    TransferTarget,
)
from inspralv.providers.errors import Refused

Json = dict[str, Any]
FIELD = "config.tools"
NOT_A_NUMBER = Stored("%(label)s transfers calls to telephone numbers only, not to SIP addresses.")
NO_ADDRESS = Stored("A custom function needs an address that answers it.")


def tool_jsons(tools: Sequence[Tool], webhook_url: str | None) -> list[Json]:
    """Raises Refused for what Retell has no room for."""
    entries: list[Json] = []
    for tool in tools:
        match tool:
            case EndCall():
                entries.append({"type": "end_call", "name": "end_call"})
            case PressDigits():
                entries.append({"type": "press_digit", "name": "press_digit"})
            case TransferCall():
                entries += _transfers(tool, sum(one["type"] == "transfer_call" for one in entries))
            case ApiRequest():
                entries.append(_api_request(tool))
            case CustomFunction():
                entries.append(_function(tool, webhook_url))
    return entries


def tools_of(entries: Sequence[Json], webhook_url: str | None) -> tuple[Tool, ...]:
    tools: list[Tool] = []
    for entry in entries:
        tool = _tool_of(entry, webhook_url)
        if isinstance(tool, TransferCall) and tools and isinstance(tools[-1], TransferCall):
            tools[-1] = TransferCall(targets=tools[-1].targets + tool.targets)
        elif tool is not None:
            tools.append(tool)
    return tuple(tools)


def foreign(entries: Sequence[Json]) -> list[Json]:
    """The tools that were made by others, of kinds that we do not know."""
    return [entry for entry in entries if _tool_of(entry, None) is None]


def _spoken(text: str | None) -> Json:
    if not text:
        return {}
    said = {"execution_message_type": "static_text", "execution_message_description": text}
    return {"speak_during_execution": True, **said}


def _transfers(tool: TransferCall, before: int) -> list[Json]:
    entries: list[Json] = []
    for n, target in enumerate(tool.targets, before + 1):
        if not target.number:
            raise Refused(FIELD, NOT_A_NUMBER(label="Retell"))
        entry: Json = {
            "type": "transfer_call",
            "name": "transfer_call" if n == 1 else f"transfer_call_{n}",
            "transfer_destination": {"type": "predefined", "number": target.number},
            "transfer_option": {"type": "cold_transfer"},
        }
        described = {"description": target.description} if target.description is not None else {}
        entries.append(entry | described | _spoken(target.message))
    return entries


def _schema(schema: JsonSchema) -> Json:
    """`properties` is required there, though JSON schema itself does not ask for it."""
    return {"type": "object", "properties": {}, **schema}


def _api_request(tool: ApiRequest) -> Json:
    entry: Json = {
        "type": "custom", "name": tool.name, "description": tool.description, "url": tool.url, "method": tool.method,
        "args_at_root": True,
    }  # fmt: skip
    if tool.body is not None:
        entry["parameters"] = _schema(tool.body)
    if tool.timeout_seconds is not None:
        entry["timeout_ms"] = tool.timeout_seconds * 1000
    return entry


def _function(tool: CustomFunction, webhook_url: str | None) -> Json:
    url = tool.server_url or webhook_url
    if not url:
        raise Refused(FIELD, NO_ADDRESS())
    entry: Json = {
        "type": "custom", "name": tool.name, "description": tool.description, "url": url, "method": "POST",
        "parameters": _schema(tool.parameters),
    }  # fmt: skip
    if tool.is_async:
        entry["speak_after_execution"] = False  # the nearest there is: nobody waits for what comes back
    return entry | _spoken(tool.spoken)


def _tool_of(entry: Json, webhook_url: str | None) -> Tool | None:
    match entry.get("type"):
        case "end_call":
            return EndCall()
        case "press_digit":
            return PressDigits()
        case "transfer_call":
            return _transfer_of(entry)
        case "custom":
            return _api_request_of(entry) if entry.get("args_at_root") else _function_of(entry, webhook_url)
        case _:
            return None


def _said(entry: Json) -> str | None:
    text = entry.get("execution_message_description")
    return str(text) if entry.get("speak_during_execution") and text else None


def _transfer_of(entry: Json) -> TransferCall | None:
    destination = entry.get("transfer_destination")
    if not isinstance(destination, Mapping) or destination.get("type") != "predefined":
        return None
    target = TransferTarget(
        number=str(destination.get("number")), description=entry.get("description"), message=_said(entry)
    )
    return TransferCall(targets=(target,))


def _api_request_of(entry: Json) -> ApiRequest | None:
    try:
        method = msgspec.convert(entry.get("method") or "POST", Method)
    except msgspec.ValidationError:
        return None
    timeout, schema = entry.get("timeout_ms"), entry.get("parameters")
    return ApiRequest(
        name=str(entry.get("name") or ""),
        description=str(entry.get("description") or ""),
        method=method,
        url=str(entry.get("url") or ""),
        body=schema if isinstance(schema, Mapping) else None,
        timeout_seconds=round(timeout / 1000) if isinstance(timeout, int | float) else None,
    )


def _function_of(entry: Json, webhook_url: str | None) -> CustomFunction:
    url, schema = entry.get("url"), entry.get("parameters")
    return CustomFunction(
        name=str(entry.get("name") or ""),
        description=str(entry.get("description") or ""),
        parameters=schema if isinstance(schema, Mapping) else _schema({}),
        server_url=str(url) if url and url != webhook_url else None,
        is_async=entry.get("speak_after_execution") is False,
        spoken=_said(entry),
    )
