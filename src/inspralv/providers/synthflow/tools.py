"""Tools of an agent as actions, and back (contract section 7). Kinds we do not make are left out on the way back.

Hanging up is no action but a reason to end a call. A transfer to several places is one action for each. What an action
cannot say travels in its variables as `definition`, and counts as long as nobody has changed the action over there.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import (
    AgentSpec,
    ApiRequest,
    CustomFunction,
    EndCall,
    JsonSchema,
    Method,
    Tool,
    TransferCall,
    TransferTarget,
    WebhookTarget,
)
from inspralv.providers.errors import Refused
from inspralv.providers.synthflow import wire

NO_DIGITS = Stored("%(label)s cannot press digits.")
NO_ADDRESS = Stored("The function “%(name)s” has no address to ask.")
Json = dict[str, Any]
TOOL_HEADER = "X-Tool-Secret"
TOOL_EVENT = "tool_call"
END_CALL_REASON = "The conversation is finished and the caller has said goodbye."
TRANSFER_REASON = "When the caller asks to be put through."
"""What stands where a target of ours has no description."""
DEFINITION, SIGNED_WITH = "definition", "signed_with"
UNREADABLE = frozenset({"custom_auth"})
"""Not to be compared: a secret need not be told. `signed_with` shows when it has changed."""
TYPES = frozenset({"string", "number", "integer", "boolean"})
WITHOUT_BODY = frozenset({"GET", "DELETE"})


def key_of(tool: Tool) -> str:
    kind = str(msgspec.to_builtins(tool)["type"])
    return f"{kind}:{tool.name}" if isinstance(tool, ApiRequest | CustomFunction) else kind


def action_jsons(spec: AgentSpec, model_id: str) -> list[Json]:
    """The bodies of POST /actions. Raises Refused."""
    bodies: list[Json] = []
    for tool in spec.tools:
        match tool:
            case TransferCall():
                bodies += [{"LIVE_TRANSFER": _transfer(target)} for target in tool.targets]
            case ApiRequest():
                bodies.append({"CUSTOM_ACTION": _api_request(tool)})
            case CustomFunction():
                bodies.append({"CUSTOM_ACTION": _function(tool, spec.webhook, model_id)})
            case EndCall():
                pass
            case _:
                raise Refused("config.tools", NO_DIGITS(label="Synthflow"))
    return bodies


def is_tool(action: wire.Action) -> bool:
    """Whether an action is one of the kinds we make."""
    inner = parameters_of(action)
    return "phone" in inner or "url" in inner


def is_as_wanted(action: wire.Action, body: Json) -> bool:
    (wanted,) = body.values()
    there = parameters_of(action)
    return all(there.get(name) == value for name, value in wanted.items() if name not in UNREADABLE)


def tools_of(
    actions: Sequence[wire.Action], reasons: Sequence[Any], order: Sequence[str], url: str | None, model_id: str
) -> tuple[Tool, ...]:
    found: list[Tool] = []
    if any(isinstance(one, Mapping) and one.get("reason") == END_CALL_REASON for one in reasons):
        found.append(EndCall())
    bodies = [parameters_of(action) for action in actions]
    targets = tuple(_target_of(body) for body in bodies if "phone" in body)
    if targets:
        found.append(TransferCall(targets=targets))
    found += [tool for body in bodies if "url" in body and (tool := _custom_of(body, url, model_id))]
    places = {key: n for n, key in enumerate(order)}
    return tuple(sorted(found, key=lambda tool: places.get(key_of(tool), len(places))))


def parameters_of(action: wire.Action) -> Json:
    """What the action was made of; an object, or JSON inside of a text (contract section 7, "Traps")."""
    found = action.parameters_hard_coded
    if isinstance(found, str):
        try:
            found = msgspec.json.decode(found)
        except msgspec.DecodeError:
            return {}
    return found if isinstance(found, dict) else {}


def _transfer(target: TransferTarget) -> Json:
    return {
        "phone": target.number or target.sip_uri or "",
        "instructions": target.description or TRANSFER_REASON,
        "initiating_msg": target.message or "",
        "transfer_mode": "cold_transfer",
    }


def _target_of(body: Json) -> TransferTarget:
    phone, reason = str(body["phone"]), body.get("instructions")
    is_sip = phone.lower().startswith(("sip:", "sips:"))
    return TransferTarget(
        number=None if is_sip else phone,
        sip_uri=phone if is_sip else None,
        description=None if reason == TRANSFER_REASON else reason,
        message=body.get("initiating_msg") or None,
    )


def _api_request(tool: ApiRequest) -> Json:
    values = _placeholders(tool.body)
    body = _custom(tool, tool.method, tool.url, tool.body)
    if tool.method in WITHOUT_BODY:
        return body | {"query_parameters": [{"key": key, "value": value} for key, value in values.items()]}
    return body | _json_body(values)


def _function(tool: CustomFunction, webhook: WebhookTarget | None, model_id: str) -> Json:
    """It asks our webhook address, which knows it by a secret of its own."""
    url = tool.server_url or (webhook.url if webhook else "")
    if not url:
        raise Refused("config.tools", NO_ADDRESS(name=tool.name))
    body = _function_shape(tool, url, model_id)
    if tool.server_url is None and webhook:
        seal = hashlib.sha256(webhook.secret.encode()).hexdigest()[:16]
        body["variables_before_the_call"].append({"key": SIGNED_WITH, "value": seal})
        body["custom_auth"] = {
            "is_needed": True, "location": "header", "key": TOOL_HEADER, "value": webhook.secret
        }  # fmt: skip
    return body


def _function_shape(tool: CustomFunction, url: str, model_id: str) -> Json:
    asked = {
        "event": TOOL_EVENT, "call_id": "{call_id}", "model_id": model_id, "tool": tool.name,
        "arguments": _placeholders(tool.parameters),
    }  # fmt: skip
    body = _custom(tool, "POST", url, tool.parameters) | _json_body(asked)
    return body | ({"speech_while_using_the_tool": tool.spoken} if tool.spoken else {})


def _custom(tool: ApiRequest | CustomFunction, method: Method, url: str, schema: JsonSchema | None) -> Json:
    return {
        "http_mode": method,
        "url": url,
        "name": tool.name,
        "description": tool.description,
        "run_action_before_call_start": False,
        "variables_during_the_call": [_variable(name, one) for name, one in _properties(schema).items()],
        "variables_before_the_call": [{"key": DEFINITION, "value": msgspec.json.encode(tool).decode()}],
    }


def _json_body(content: Mapping[str, Any]) -> Json:
    return {
        "headers": [{"key": "Content-Type", "value": "application/json"}],
        "json_body_stringified": msgspec.json.encode(content).decode(),
    }


def _properties(schema: JsonSchema | None) -> dict[str, Any]:
    return dict((schema or {}).get("properties") or {})


def _placeholders(schema: JsonSchema | None) -> dict[str, str]:
    """What the model fills in during the call stands in angle brackets, as text whatever its type."""
    return {name: f"<{name}>" for name in _properties(schema)}


def _variable(name: str, schema: Any) -> Json:
    known = schema if isinstance(schema, Mapping) else {}
    kind = known.get("type")
    return {
        "name": name,
        "description": str(known.get("description") or name),
        "example": "",
        "type": kind if kind in TYPES else "string",
    }


def _custom_of(body: Json, webhook_url: str | None, model_id: str) -> Tool | None:
    tool = _defined(body)
    if tool is not None:
        url = webhook_url or ""
        made = (
            _api_request(tool)
            if isinstance(tool, ApiRequest)
            else _function_shape(tool, tool.server_url or url, model_id)
        )
        shown = {name: value for name, value in made.items() if name != "variables_before_the_call"}
        if all(body.get(name) == value for name, value in shown.items()):
            return tool
    return _read(body, webhook_url)


def _defined(body: Json) -> ApiRequest | CustomFunction | None:
    for entry in body.get("variables_before_the_call") or ():
        if isinstance(entry, Mapping) and entry.get("key") == DEFINITION:
            try:
                return msgspec.json.decode(str(entry.get("value")), type=ApiRequest | CustomFunction)
            except msgspec.DecodeError:
                return None
    return None


def _read(body: Json, webhook_url: str | None) -> Tool | None:
    """An action as it stands, made or changed by somebody else."""
    variables = [one for one in body.get("variables_during_the_call") or () if isinstance(one, Mapping)]
    properties = {
        str(one.get("name")): {"type": one.get("type") or "string", "description": str(one.get("description") or "")}
        for one in variables
    }
    schema: Json = {"type": "object", "properties": properties}
    name, description, url = str(body.get("name") or ""), str(body.get("description") or ""), str(body["url"])
    if f'"event":"{TOOL_EVENT}"' in str(body.get("json_body_stringified") or "").replace(" ", ""):
        return CustomFunction(
            name=name, description=description, parameters=schema, spoken=body.get("speech_while_using_the_tool"),
            server_url=None if url == webhook_url else url,
        )  # fmt: skip
    try:
        method = msgspec.convert(body.get("http_mode") or "GET", Method)
    except msgspec.ValidationError:
        return None
    return ApiRequest(
        name=name, description=description, method=method, url=url, body=schema if properties else None
    )  # fmt: skip
