"""What an agent can do besides talking, as the API and the forms take it; the contract has its counterparts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from inspralv.foundation.errors import FieldError
from inspralv.foundation.json_schema import schema_fault
from inspralv.foundation.language.texts import _
from inspralv.providers.contract import Ability, CustomFunction, Tool, VoiceProvider

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
    """The agent asks your server (`server_url`, else the agent's `tools_server_url`) for the result, through us, and
    speaks `spoken` meanwhile."""

    name: ToolName
    description: ToolText
    parameters: ObjectSchema = msgspec.field(default_factory=lambda: {"type": "object", "properties": {}})
    server_url: Url | None = None
    is_async: bool = False
    spoken: Spoken | None = None


class EarlierCallsTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="earlier_calls", tag_field="type"):
    """The agent may look up earlier calls of the number on the line. We answer this ourselves."""


class NoteFollowUpTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="note_follow_up", tag_field="type"):
    """The agent may note what is left to do after the call. We answer this ourselves."""


ToolBody = (
    EndCallTool
    | PressDigitsTool
    | TransferCallTool
    | EarlierCallsTool
    | NoteFollowUpTool
    | ApiRequestTool
    | CustomFunctionTool
)
TOOL_KINDS: dict[str, type[msgspec.Struct]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (
        EndCallTool, PressDigitsTool, TransferCallTool, EarlierCallsTool, NoteFollowUpTool, ApiRequestTool,
        CustomFunctionTool,
    )
}  # fmt: skip
EARLIER_CALLS: Final = CustomFunction(
    name="look_up_earlier_calls",
    description="Tells when this caller has called before and what it was about. Needs no arguments.",
    parameters={"type": "object", "properties": {}, "additionalProperties": False},
)
NOTE_FOLLOW_UP: Final = CustomFunction(
    name="note_follow_up",
    description="Notes for the team what is left to do after this call, for instance to call back with an offer.",
    parameters={
        "type": "object",
        "properties": {
            "note": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "What is to be done, in full."}
        },
        "required": ["note"],
    },
)
# What we answer ourselves: a provider knows it as a function of this fixed name.
BUILT_IN: Final[dict[str, CustomFunction]] = {"earlier_calls": EARLIER_CALLS, "note_follow_up": NOTE_FOLLOW_UP}
_BUILT_IN_KINDS = {function.name: TOOL_KINDS[kind] for kind, function in BUILT_IN.items()}


def kinds_offered(provider: VoiceProvider) -> tuple[str, ...]:
    """Return the kinds of tools that an agent of this provider can have: the provider's own, and ours where it asks us
    for the result."""
    asks_us = Ability.TOOL_CALLS in provider.abilities and "custom_function" in provider.options.tools
    known = provider.options.tools | (BUILT_IN.keys() if asks_us else set())
    if not asks_us:
        known -= {"custom_function"}
    return tuple(kind for kind in TOOL_KINDS if kind in known)


def kinds_left(offered: Iterable[str], there: Collection[str]) -> tuple[str, ...]:
    """Return the kinds that can still be added: one of each, and any number of those that have names of their own."""
    return tuple(kind for kind in offered if kind not in there or "name" in TOOL_KINDS[kind].__struct_fields__)


def name_of(tool: ToolBody) -> str:
    """Return the name by which a tool is called, or its kind where the provider has none."""
    kind = str(tool.__struct_config__.tag)
    return BUILT_IN[kind].name if kind in BUILT_IN else getattr(tool, "name", kind)


def contract_tool(tool: ToolBody) -> Tool:
    """Return the provider contract's counterpart. Functions are always asked of us: we check, sign and log, so the
    provider never learns the customer's own address."""
    kind = str(tool.__struct_config__.tag)
    if kind in BUILT_IN:
        return BUILT_IN[kind]
    if isinstance(tool, CustomFunctionTool):
        tool = msgspec.structs.replace(tool, server_url=None)
    plain = msgspec.to_builtins(tool)
    if isinstance(tool, ApiRequestTool):
        plain["method"] = tool.method  # not written out when it is the default
    return msgspec.convert(plain, Tool)  # type: ignore[no-any-return]


def tools_of_contract(tools: Iterable[Tool], known: Sequence[ToolBody] = ()) -> list[ToolBody]:
    """Return the tools that a provider has, as ours. Addresses of functions, which providers do not have, are taken
    from the `known` tools of the same name. Raises msgspec.ValidationError for what ours cannot hold."""
    urls = {tool.name: tool.server_url for tool in known if isinstance(tool, CustomFunctionTool)}
    found: list[ToolBody] = []
    for tool in tools:
        built_in = _BUILT_IN_KINDS.get(tool.name) if isinstance(tool, CustomFunction) else None
        if built_in is not None:
            found.append(built_in())  # type: ignore[arg-type]
            continue
        plain = {name: value for name, value in msgspec.to_builtins(tool).items() if value is not None}
        if isinstance(tool, CustomFunction) and tool.server_url is None and urls.get(tool.name):
            plain["server_url"] = urls[tool.name]
        found.append(msgspec.convert(plain, ToolBody))
    return found


def tool_errors(tools: list[ToolBody], pointer: str) -> list[FieldError]:
    """Return what the shape of the structs cannot say."""
    errors: list[FieldError] = []
    names: set[str] = set()
    for i, tool in enumerate(tools):
        at = "name" if isinstance(tool, (ApiRequestTool, CustomFunctionTool)) else "type"
        errors += _named(name_of(tool), names, f"{pointer}/{i}/{at}")
        errors += [
            FieldError(f"{pointer}/{i}/{field}", _("This does not have the expected form."))
            for field in ("url", "server_url")
            if (address := getattr(tool, field, None)) and not host_of(address)
        ]
        match tool:
            case TransferCallTool(targets=targets):
                errors += _target_errors(targets, f"{pointer}/{i}/targets")
            case ApiRequestTool(body=schema) if schema is not None:
                errors += _schema_errors(schema, f"{pointer}/{i}/body")
            case CustomFunctionTool(name=name, parameters=schema):
                errors += _reserved(name, f"{pointer}/{i}/name")
                errors += _schema_errors(schema, f"{pointer}/{i}/parameters")
            case _:
                pass
    return errors


def host_of(address: str) -> str:
    """Return the host that an address names; "" for none, as in "https://["."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _target_errors(targets: list[Target], pointer: str) -> list[FieldError]:
    return [
        FieldError(f"{pointer}/{k}/number", _("Give either a telephone number or a SIP address."))
        for k, target in enumerate(targets)
        if (target.number is None) == (target.sip_uri is None)
    ]


def _named(name: str, names: set[str], pointer: str) -> list[FieldError]:
    taken = name in names
    names.add(name)
    return [FieldError(pointer, _("There are two tools “%(name)s”.", name=name))] if taken else []


def _reserved(name: str, pointer: str) -> list[FieldError]:
    if name not in _BUILT_IN_KINDS:
        return []
    return [FieldError(pointer, _("“%(name)s” is the name of a tool of ours. Choose another one.", name=name))]


def _schema_errors(schema: dict[str, Any], pointer: str) -> list[FieldError]:
    fault = schema_fault(schema)
    return [FieldError(pointer, fault)] if fault else []
