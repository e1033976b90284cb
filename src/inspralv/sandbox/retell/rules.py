"""What the emulated API refuses: the rules of the contract that matter to a client."""

from __future__ import annotations

import re
from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell import fields
from inspralv.sandbox.retell.errors import missing
from inspralv.sandbox.retell.store import Thing
from inspralv.sandbox.retell.voices import VOICES

E164 = re.compile(r"^\+[1-9]\d{6,14}$")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_PROMPT = 131_072  # about 32,768 tokens
_LONGEST_METADATA = 50_000


def llm_fields(body: Thing, *, new: bool = False) -> Thing:
    """Return what is kept of an LLM's request. Raises ApiError(400)."""
    kept = {name: value for name, value in body.items() if name in fields.LLM_FIELDS}
    if new or "start_speaker" in kept:
        one_of(kept, "start_speaker", {"user", "agent"})
    prompt = kept.get("general_prompt")
    if prompt is not None and (not isinstance(prompt, str) or len(prompt) > _LONGEST_PROMPT):
        raise ApiError(400, "general_prompt must be a string of 32768 tokens at most")
    if "model" in kept and kept["model"] is not None:
        one_of(kept, "model", fields.MODELS)
    if kept.get("model_config") is not None:
        _model_config(kept["model_config"])
    if kept.get("default_dynamic_variables") is not None:
        strings(kept, "default_dynamic_variables")
    _tools(kept.get("general_tools") or [])
    return kept


def agent_fields(body: Thing, *, new: bool = False) -> Thing:
    """Return what is kept of an agent's request. Raises ApiError: 400, and 404 for a voice that does not exist."""
    kept = {name: value for name, value in body.items() if name in fields.AGENT_FIELDS}
    if new and not isinstance(kept.get("response_engine"), dict):
        raise ApiError(400, "response_engine is required")
    if new or "voice_id" in kept:
        _voice(kept.get("voice_id"))
    for name, (least, most) in fields.RANGES.items():
        value = kept.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ApiError(400, f"{name} must be a number")
        if value is not None and not least <= value <= most:
            raise ApiError(400, f"{name} must be between {least} and {most}")
    language = kept.get("language")
    for code in language if isinstance(language, list) else [language]:
        if code is not None and code not in fields.LANGUAGES:
            raise ApiError(400, f"language {code} is not supported")
    if not set(kept.get("webhook_events") or ()) <= fields.EVENTS:
        raise ApiError(400, "webhook_events holds an event that does not exist")
    url = kept.get("webhook_url")
    if url is not None and not (isinstance(url, str) and url.startswith(("http://", "https://"))):
        raise ApiError(400, "webhook_url must be an address")
    return kept


def number_fields(body: Thing) -> Thing:
    """Return what is kept of a number's request. Raises ApiError(400)."""
    kept = {name: value for name, value in body.items() if name in fields.NUMBER_FIELDS}
    for name in ("inbound_agents", "outbound_agents"):
        agents = kept.get(name)
        if agents and abs(sum(float(one.get("weight") or 0) for one in agents) - 1) > 1e-6:  # noqa: PLR2004 - rounding
            raise ApiError(400, f"{name}: the weights must add up to 1")
    return kept


def call_extras(body: Thing) -> Thing:
    """Return metadata and variables of a call that is asked for. Raises ApiError(400)."""
    for name in ("retell_llm_dynamic_variables", "custom_sip_headers"):
        if body.get(name) is not None:
            strings(body, name)
    metadata = body.get("metadata")
    if metadata is not None and (not isinstance(metadata, dict) or len(str(metadata)) > _LONGEST_METADATA):
        raise ApiError(400, "metadata must be an object of 50 kB at most")
    return {name: body[name] for name in ("metadata", "retell_llm_dynamic_variables") if body.get(name) is not None}


def e164(body: Thing, name: str) -> str:
    """Return a telephone number of a body. Raises ApiError(400)."""
    value = body.get(name)
    if not isinstance(value, str) or not (E164.fullmatch(value) or body.get("ignore_e164_validation") is True):
        raise ApiError(400, f"{name} must be a valid phone number in the E.164 format")
    return value


def one_of(body: Thing, name: str, known: frozenset[str] | set[str]) -> None:
    """Raises ApiError(400)."""
    if body.get(name) not in tuple(known):
        raise ApiError(400, f"{name} must be one of {', '.join(sorted(known))}")


def strings(body: Thing, name: str) -> None:
    """Raises ApiError(400) unless all values are strings, as those of variables have to be."""
    value = body[name]
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ApiError(400, f"{name} must hold nothing but strings")


def _voice(voice_id: Any) -> None:
    if not isinstance(voice_id, str):
        raise ApiError(400, "voice_id is required")
    if voice_id not in VOICES:
        raise missing(404)


def _model_config(config: Any) -> None:
    if not isinstance(config, dict):
        raise ApiError(400, "model_config must be an object")
    models = fields.SPEAKING_MODELS if config.get("type") == "s2s" else fields.MODELS
    primary = config.get("primary")
    if primary is not None and primary.get("model") not in models:
        raise ApiError(400, f"model {primary.get('model')} does not exist")
    temperature = config.get("temperature")
    if temperature is not None and not 0 <= temperature <= 1:
        raise ApiError(400, "temperature must be between 0 and 1")


def _tools(tools: list[Thing]) -> None:
    names: set[str] = set()
    for tool in tools:
        one_of(tool, "type", fields.TOOLS)
        name = str(tool.get("name", ""))
        if not _NAME.fullmatch(name):
            raise ApiError(400, f"general_tools: the name {name[:80]!r} may hold letters, digits, _ and - only")
        if name in names:
            raise ApiError(400, f"general_tools: the name {name} is used twice")
        names.add(name)
        if tool["type"] == "custom":
            _custom(tool)
        if tool["type"] == "transfer_call" and not isinstance(tool.get("transfer_destination"), dict):
            raise ApiError(400, "general_tools: transfer_destination is required")


def _custom(tool: Thing) -> None:
    if not str(tool.get("url", "")).startswith(("http://", "https://")):
        raise ApiError(400, f"general_tools: the url of {tool['name']} must be an address")
    parameters = tool.get("parameters")
    if parameters is not None and (parameters.get("type") != "object" or "properties" not in parameters):
        raise ApiError(400, f"general_tools: the parameters of {tool['name']} must be an object with properties")
    if not 1000 <= tool.get("timeout_ms", 120_000) <= 600_000:  # noqa: PLR2004 - the contract's bounds
        raise ApiError(400, f"general_tools: the timeout_ms of {tool['name']} must be between 1000 and 600000")
