"""Tools of an agent as entries of `model.tools`, and back. Kinds we do not know are left out on the way back."""

from collections.abc import Sequence
from typing import Any

import msgspec

from inspralv.providers.contract import (
    ApiRequest,
    CustomFunction,
    EndCall,
    Method,
    PressDigits,
    Tool,
    TransferCall,
    TransferTarget,
)
from inspralv.providers.vapi import wire_assistants as wire

Json = dict[str, Any]


def tool_json(tool: Tool) -> Json:
    match tool:
        case EndCall():
            return {"type": "endCall"}
        case PressDigits():
            return {"type": "dtmf"}
        case TransferCall():
            return {"type": "transferCall", "destinations": [_destination(target) for target in tool.targets]}
        case ApiRequest():
            return _api_request(tool)
        case CustomFunction():
            return _function(tool)


def tools_of(entries: Sequence[wire.Tool]) -> tuple[Tool, ...]:
    return tuple(tool for entry in entries if (tool := _tool_of(entry)) is not None)


def without_none(**values: object) -> Json:
    return {key: value for key, value in values.items() if value is not None}


def _destination(target: TransferTarget) -> Json:
    kind: Json = (
        {"type": "number", "number": target.number} if target.number else {"type": "sip", "sipUri": target.sip_uri}
    )
    return kind | without_none(description=target.description, message=target.message)


def _api_request(tool: ApiRequest) -> Json:
    entry: Json = {
        "type": "apiRequest",
        "name": tool.name,
        "description": tool.description,
        "method": tool.method,
        "url": tool.url,
    }
    return entry | without_none(body=tool.body, timeoutSeconds=tool.timeout_seconds)


def _function(tool: CustomFunction) -> Json:
    entry: Json = {
        "type": "function",
        "async": tool.is_async,
        "function": {
            "name": tool.name,
            "description": tool.description,
            # `properties` is required there, though JSON schema itself does not ask for it
            "parameters": {"type": "object", "properties": {}, **tool.parameters},
        },
    }
    if tool.server_url:
        entry["server"] = {"url": tool.server_url}
    if tool.spoken:
        entry["messages"] = [{"type": "request-start", "content": tool.spoken}]
    return entry


def _tool_of(entry: wire.Tool) -> Tool | None:
    match entry.type:
        case "endCall":
            return EndCall()
        case "dtmf":
            return PressDigits()
        case "transferCall":
            return TransferCall(targets=tuple(_target_of(one) for one in entry.destinations or ()))
        case "apiRequest":
            return _api_request_of(entry)
        case "function":
            return _function_of(entry)
        case _:
            return None


def _target_of(entry: wire.Destination) -> TransferTarget:
    return TransferTarget(
        number=entry.number,
        sip_uri=entry.sip_uri,
        description=entry.description,
        message=entry.message if isinstance(entry.message, str) else None,
    )


def _api_request_of(entry: wire.Tool) -> ApiRequest | None:
    try:
        method = msgspec.convert(entry.method, Method)
    except msgspec.ValidationError:
        return None
    return ApiRequest(
        name=entry.name or "",
        description=entry.description or "",
        method=method,
        url=entry.url or "",
        body=entry.body,
        timeout_seconds=entry.timeout_seconds,
    )


def _function_of(entry: wire.Tool) -> CustomFunction:
    function = entry.function or wire.Function()
    return CustomFunction(
        name=function.name or "",
        description=function.description or "",
        parameters=function.parameters or {"type": "object", "properties": {}},
        server_url=entry.server.url if entry.server else None,
        is_async=bool(entry.is_async),
        spoken=next((one.content for one in entry.messages or () if one.type == "request-start"), None),
    )
