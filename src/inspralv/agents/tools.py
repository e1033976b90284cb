"""What an agent can do besides talking, as the API and the forms take it; the contract has its counterparts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from inspralv.foundation.errors import FieldError
from inspralv.providers.contract import Tool

ToolName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$", description="Letters, digits, _ and -.")]
ToolText = Annotated[str, Meta(min_length=1, max_length=1000, pattern=r"\S")]
Spoken = Annotated[str, Meta(min_length=1, max_length=500)]
Url = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s/$.?#][^\s]*$", description="http or https.")]
Number = Annotated[str, Meta(pattern=r"^\+[1-9][0-9]{6,14}$", description="+ and country code: +14155550123.")]
SipUri = Annotated[str, Meta(max_length=255, pattern=r"^sips?:[^\s]+$")]
ObjectSchema = Annotated[dict[str, Any], Meta(description="A JSON schema whose root is an object.")]

MOST_TOOLS = 20
MOST_TARGETS = 10


class EndCallTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="end_call", tag_field="type"):
    """The agent may hang up."""


class PressDigitsTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="press_digits", tag_field="type"):
    """The agent may press keys of the telephone."""


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a call may go: exactly one of `number` and `sip_uri`. `message` is said to the caller before."""

    number: Number | None = None
    sip_uri: SipUri | None = None
    description: ToolText | None = None
    message: Spoken | None = None


class TransferCallTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="transfer_call", tag_field="type"):
    """The agent may pass the call on."""

    targets: Annotated[list[Target], Meta(min_length=1, max_length=MOST_TARGETS)]


class ApiRequestTool(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag="api_request",
    tag_field="type",
):
    """The provider calls an address of yours; the model fills `body`."""

    name: ToolName
    description: ToolText
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: Url
    body: ObjectSchema | None = None
    timeout_seconds: Annotated[int, Meta(ge=1, le=300)] | None = None


class CustomFunctionTool(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, tag="custom_function",
    tag_field="type",
):  # fmt: skip
    """The provider asks your server for the result and speaks `spoken` meanwhile."""

    name: ToolName
    description: ToolText
    parameters: ObjectSchema = msgspec.field(default_factory=lambda: {"type": "object", "properties": {}})
    server_url: Url | None = None
    is_async: bool = False
    spoken: Spoken | None = None


ToolBody = EndCallTool | PressDigitsTool | TransferCallTool | ApiRequestTool | CustomFunctionTool
TOOL_KINDS: dict[str, type[msgspec.Struct]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (EndCallTool, PressDigitsTool, TransferCallTool, ApiRequestTool, CustomFunctionTool)
}


def contract_tool(tool: ToolBody) -> Tool:
    """Return the provider contract's counterpart."""
    return msgspec.convert(msgspec.to_builtins(tool), Tool)  # type: ignore[no-any-return]


def tool_errors(tools: list[ToolBody], pointer: str) -> list[FieldError]:
    """Return what the shape of the structs cannot say."""
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, tool in enumerate(tools):
        match tool:
            case TransferCallTool(targets=targets):
                errors += _target_errors(targets, f"{pointer}/{i}/targets")
            case ApiRequestTool(name=name, body=schema):
                errors += _named(name, names, f"{pointer}/{i}/name")
                errors += _object(schema, f"{pointer}/{i}/body") if schema is not None else []
            case CustomFunctionTool(name=name, parameters=schema):
                errors += _named(name, names, f"{pointer}/{i}/name")
                errors += _object(schema, f"{pointer}/{i}/parameters")
            case _:
                errors += _named(str(tool.__struct_config__.tag), names, f"{pointer}/{i}/type")
    return errors


def _target_errors(targets: list[Target], pointer: str) -> list[FieldError]:
    return [
        FieldError(f"{pointer}/{k}/number", "Give either a telephone number or a SIP address.")
        for k, target in enumerate(targets)
        if (target.number is None) == (target.sip_uri is None)
    ]


def _named(name: str, names: set[str], pointer: str) -> list[FieldError]:
    taken = name in names
    names.add(name)
    return [FieldError(pointer, f"There are two tools “{name}”.")] if taken else []


def _object(schema: dict[str, Any], pointer: str) -> list[FieldError]:
    return (
        []
        if schema.get("type") == "object"
        else [FieldError(pointer, 'A JSON schema whose "type" is "object" is expected.')]
    )
