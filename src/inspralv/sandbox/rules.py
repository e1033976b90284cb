"""What the emulated API accepts: the rules of the contract that matter to a client."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from inspralv.sandbox import fields
from inspralv.sandbox.errors import ApiError

Body = dict[str, Any]
E164 = re.compile(r"^\+[1-9]\d{2,39}$")
_IPV4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_MESSAGES = tuple(fields.SERVER_MESSAGES)  # a tuple is asked with == and takes any value
_TARGETS = ("assistantId", "assistant", "squadId", "squad", "workflowId", "workflow")


def check_assistant(body: Any) -> Body:
    """Check CreateAssistantDTO or UpdateAssistantDTO. Raises ApiError(400) listing every fault."""
    return _refuse(body, _assistant(body, fields.ASSISTANT_FIELDS))


def check_call(body: Any) -> Body:
    """Check CreateCallDTO. Raises ApiError(400)."""
    faults = _unknown(body, fields.CALL_FIELDS) + _text(body, "name", 40) + _overrides(body)
    customers = body.get("customers")
    if customers is not None and (not isinstance(customers, list) or not customers):
        faults.append("customers must be a non-empty array")
    for customer in [body.get("customer"), *(customers if isinstance(customers, list) else [])]:
        faults += _customer(customer) if customer is not None else []
    faults += _schedule(body)
    return _aimed(_refuse(body, faults))


def check_web_call(body: Any) -> Body:
    """Check CreateWebCallDTO. Raises ApiError(400)."""
    return _aimed(_refuse(body, _unknown(body, fields.WEB_CALL_FIELDS) + _overrides(body)))


def check_phone_number(body: Any, *, new: bool = False) -> Body:
    """Check a phone number, or a change to one. Raises ApiError(400)."""
    faults = _unknown(body, fields.PHONE_FIELDS) + _text(body, "name", 40) + _server(body)
    provider = body.get("provider")
    if provider not in fields.PHONE_PROVIDERS:
        if new or provider is not None:
            faults.append(_one_of("provider", fields.PHONE_PROVIDERS))
    elif new:
        faults += [fault for name in fields.PHONE_NEEDS[provider] for fault in _needs(body, "", name)]
    number, unchecked = body.get("number"), body.get("numberE164CheckEnabled") is False
    if number is not None and not unchecked and not (isinstance(number, str) and E164.match(number)):
        faults.append("number must be a valid phone number in the E.164 format")
    return _refuse(body, faults)


def check_name(body: Any) -> Body:
    """Check a change that may only rename. Raises ApiError(400)."""
    return _refuse(body, _unknown(body, frozenset({"name"})) + _text(body, "name", 40))


def check_credential(body: Any) -> Body:
    """Check CreateCustomCredentialDTO or CreateByoSipTrunkCredentialDTO. Raises ApiError(400)."""
    if isinstance(body, dict) and body.get("provider") == "byo-sip-trunk":
        return _refuse(body, _trunk(body))
    faults = _unknown(body, fields.CREDENTIAL_FIELDS) + _text(body, "name", 40)
    if body.get("provider") != "custom-credential":
        faults.append(_one_of("provider", fields.CREDENTIALS))
    plan = body.get("authenticationPlan")
    if not isinstance(plan, dict):
        return _refuse(body, [*faults, "authenticationPlan must be an object"])
    if plan.get("type") not in fields.PLAN_NEEDS:
        return _refuse(body, [*faults, _one_of("authenticationPlan.type", frozenset(fields.PLAN_NEEDS))])
    faults += [fault for name in fields.PLAN_NEEDS[plan["type"]] for fault in _needs(plan, "authenticationPlan.", name)]
    if plan["type"] == "hmac" and plan.get("algorithm") not in fields.ALGORITHMS:
        faults.append(_one_of("authenticationPlan.algorithm", fields.ALGORITHMS))
    if plan.get("secretIsBase64") and not _is_base64(plan.get("secretKey")):
        faults.append("authenticationPlan.secretKey must be base64 encoded")
    return _refuse(body, faults)


def _trunk(body: Body) -> list[str]:
    faults = _unknown(body, fields.TRUNK_FIELDS) + _text(body, "name", 40)
    gateways, plan = body.get("gateways"), body.get("outboundAuthenticationPlan")
    if not isinstance(gateways, list) or not gateways:
        return [*faults, "gateways must be a non-empty array"]
    faults += [fault for i, one in enumerate(gateways) for fault in _gateway(one, f"gateways.{i}.")]
    return faults + (
        _unknown(plan, fields.TRUNK_PLAN_FIELDS, "outboundAuthenticationPlan.") if plan is not None else []
    )


def _gateway(gateway: Any, prefix: str) -> list[str]:
    """A name serves outbound calls only. Names that begin with "missing-" cannot be reached."""
    faults = _unknown(gateway, fields.GATEWAY_FIELDS, prefix)
    if not isinstance(gateway, dict):
        return faults
    faults += _needs(gateway, prefix, "ip") + _number(gateway, "port", 1, 65535, prefix)
    address = str(gateway.get("ip", ""))
    if gateway.get("inboundEnabled", True) and not _IPV4.fullmatch(address):
        faults.append(f"{prefix}ip must be an IPv4 address for an inbound gateway")
    if address.startswith("missing-"):
        faults.append(f"{prefix}ip {address} could not be reached")
    if gateway.get("outboundProtocol", "udp") not in fields.SIP_PROTOCOLS:
        faults.append(_one_of(f"{prefix}outboundProtocol", fields.SIP_PROTOCOLS))
    return faults


def _assistant(body: Any, known: frozenset[str], prefix: str = "") -> list[str]:
    faults = _unknown(body, known, prefix)
    if not isinstance(body, dict):
        return faults
    faults += _text(body, "name", 40, prefix) + _text(body, "voicemailMessage", 1000, prefix)
    faults += _text(body, "endCallMessage", 1000, prefix) + _number(body, "maxDurationSeconds", 10, 43200, prefix)
    faults += _part(body, "model", fields.MODELS, _model, prefix)
    faults += _part(body, "voice", fields.VOICES, _voice, prefix)
    faults += _part(body, "transcriber", fields.TRANSCRIBERS, lambda _part, _prefix: [], prefix)
    mode = body.get("firstMessageMode")
    if mode is not None and mode not in fields.SPEAKERS:
        faults.append(_one_of(f"{prefix}firstMessageMode", fields.SPEAKERS))
    wanted = body.get("serverMessages")
    if wanted is not None and not (isinstance(wanted, list) and all(one in _MESSAGES for one in wanted)):
        faults.append(f"each value in {_one_of(f'{prefix}serverMessages', fields.SERVER_MESSAGES)}")
    return faults + _server(body, prefix)


def _model(model: Body, prefix: str) -> list[str]:
    faults = _needs(model, prefix, "model") if model["provider"] != "vapi" else []
    return faults + _number(model, "temperature", 0, 2, prefix) + _number(model, "maxTokens", 50, 10000, prefix)


def _voice(voice: Body, prefix: str) -> list[str]:
    if voice["provider"] == "custom-voice":
        return []
    faults = _needs(voice, prefix, "voiceId")
    if str(voice.get("voiceId", "")).startswith("missing-"):
        faults.append(f"{prefix}voiceId {voice['voiceId']} was not found at {voice['provider']}")
    return faults


def _customer(customer: Any) -> list[str]:
    faults = _unknown(customer, fields.CUSTOMER_FIELDS, "customer.")
    if not isinstance(customer, dict):
        return faults
    number = customer.get("number")
    if number is not None and not (isinstance(number, str) and E164.match(number)):
        faults.append("customer.number must be a valid phone number in the E.164 format")
    lengths = {"name": 40, "email": 40, "externalId": 40, "extension": 10}
    faults += [fault for name, longest in lengths.items() for fault in _text(customer, name, longest, "customer.")]
    return faults + _overrides(customer, "customer.")


def _overrides(body: Body, prefix: str = "") -> list[str]:
    faults: list[str] = []
    if body.get("assistant") is not None:
        faults += _assistant(body["assistant"], fields.ASSISTANT_FIELDS, f"{prefix}assistant.")
    if body.get("assistantOverrides") is not None:
        faults += _assistant(body["assistantOverrides"], fields.OVERRIDE_FIELDS, f"{prefix}assistantOverrides.")
    return faults


def _schedule(body: Body) -> list[str]:
    plan = body.get("schedulePlan")
    if plan is None:
        return []
    faults = _unknown(plan, fields.SCHEDULE_FIELDS, "schedulePlan.")
    if not isinstance(plan, dict):
        return faults
    times = {name: plan.get(name) for name in ("earliestAt", "latestAt") if name == "earliestAt" or name in plan}
    return faults + [
        f"schedulePlan.{name} must be a valid ISO 8601 date string" for name, at in times.items() if not _is_time(at)
    ]


def _server(body: Body, prefix: str = "") -> list[str]:
    server = body.get("server")
    if server is None:
        return []
    prefix = f"{prefix}server."
    faults = _unknown(server, fields.SERVER_FIELDS, prefix)
    if not isinstance(server, dict):
        return faults
    url = server.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        faults.append(f"{prefix}url must be a URL address")
    return faults + _number(server, "timeoutSeconds", 1, 300, prefix)


def _aimed(body: Body) -> Body:
    if not any(body.get(key) for key in _TARGETS):
        raise ApiError(400, "Need Either `assistant`, `assistantId`, `squad`, Or `squadId`.")
    return body


def _refuse(body: Any, faults: list[str]) -> Body:
    if faults:
        raise ApiError(400, faults)
    return dict(body)


def _unknown(body: Any, known: frozenset[str], prefix: str = "") -> list[str]:
    if isinstance(body, dict):
        return [f"{prefix}property {name} should not exist" for name in body if name not in known]
    if prefix:
        return [f"{prefix.removesuffix('.')} must be an object"]
    raise ApiError(400, "Body must be an object")


def _one_of(name: str, known: frozenset[str]) -> str:
    return f"{name} must be one of the following values: {', '.join(sorted(known))}"


def _text(body: Body, name: str, longest: int, prefix: str = "") -> list[str]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, str):
        return [f"{prefix}{name} must be a string"]
    return [f"{prefix}{name} must be shorter than or equal to {longest} characters"] if len(value) > longest else []


def _number(body: Body, name: str, lowest: float, highest: float, prefix: str = "") -> list[str]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, int | float) or isinstance(value, bool):
        return [f"{prefix}{name} must be a number conforming to the specified constraints"]
    if value < lowest:
        return [f"{prefix}{name} must not be less than {lowest:g}"]
    return [f"{prefix}{name} must not be greater than {highest:g}"] if value > highest else []


def _part(
    body: Body, name: str, providers: frozenset[str], more: Callable[[Body, str], list[str]], prefix: str
) -> list[str]:
    part = body.get(name)
    if part is None:
        return []
    if not isinstance(part, dict) or part.get("provider") not in providers:
        return [_one_of(f"{prefix}{name}.provider", providers)]
    return more(part, f"{prefix}{name}.")


def _needs(part: Body, prefix: str, name: str) -> list[str]:
    return [] if isinstance(part.get(name), str) and part[name] else [f"{prefix}{name} should not be empty"]


def _is_time(value: Any) -> bool:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_base64(value: Any) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return False
    return True
