"""What the emulated API accepts: the rules of the contract that matter to a client, declared as data."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from inspralv.sandbox.errors import ApiError

Body = dict[str, Any]

ASSISTANT_FIELDS = frozenset(
    "name firstMessage firstMessageMode firstMessageInterruptionsEnabled model voice transcriber maxDurationSeconds "
    "serverMessages clientMessages server analysisPlan artifactPlan monitorPlan voicemailDetection voicemailMessage "
    "endCallMessage endCallPhrases backgroundSound startSpeakingPlan stopSpeakingPlan compliancePlan hooks credentials "
    "credentialIds keypadInputPlan observabilityPlan transportConfigurations metadata modelOutputInMessagesEnabled "
    "backgroundSpeechDenoisingPlan".split()
)
CALL_FIELDS = frozenset(
    "assistantId assistant assistantOverrides assistantVersion phoneNumberId phoneNumber customer customers schedulePlan name "
    "transport squadId squad workflowId workflow workflowOverrides roomDeleteOnUserLeaveEnabled".split()
)
PHONE_FIELDS = frozenset("provider number name assistantId squadId server fallbackDestination hooks smsEnabled sipUri numberDesiredAreaCode credentialId twilioAccountSid twilioAuthToken twilioApiKey twilioApiSecret".split())
MODELS = frozenset(
    "anthropic anthropic-bedrock anyscale cerebras custom-llm deepinfra deep-seek google groq inflection-ai minimax openai "
    "openrouter perplexity-ai together-ai xai vapi".split()
)
VOICES = frozenset(
    "11labs azure cartesia custom-voice deepgram hume inworld lmnt microsoft minimax neuphonic openai playht rime-ai sesame "
    "smallest-ai tavus vapi wellsaid xai".split()
)
TRANSCRIBERS = frozenset(
    "11labs assembly-ai azure cartesia custom-transcriber deepgram gladia google openai soniox speechmatics talkscriber vapi "
    "xai".split()
)
E164 = re.compile(r"^\+[1-9]\d{2,39}$")


def check_assistant(body: Any) -> Body:
    """Check CreateAssistantDTO or UpdateAssistantDTO. Raises ApiError(400) listing every fault."""
    faults = _unknown(body, ASSISTANT_FIELDS)
    faults += _text(body, "name", 40) + _text(body, "voicemailMessage", 1000) + _text(body, "endCallMessage", 1000)
    faults += _number(body, "maxDurationSeconds", 10, 43200)
    faults += _part(body, "model", MODELS, lambda m: _needs(m, "model", "model") if m.get("provider") != "vapi" else [])
    faults += _part(body, "voice", VOICES, lambda v: _needs(v, "voice", "voiceId"))
    faults += _part(body, "transcriber", TRANSCRIBERS, lambda _t: [])
    model, voice = body.get("model") or {}, body.get("voice") or {}
    faults += _number(model, "temperature", 0, 2, "model.") + _number(model, "maxTokens", 50, 10000, "model.")
    if str(voice.get("voiceId", "")).startswith("missing-"):
        faults.append(f"voice.voiceId {voice['voiceId']} was not found at {voice.get('provider')}")
    return _refuse(body, faults)


def check_call(body: Any) -> Body:
    """Check CreateCallDTO or CreateWebCallDTO. Raises ApiError(400)."""
    faults = _unknown(body, CALL_FIELDS) + _text(body, "name", 40)
    for customer in [body.get("customer"), *(body.get("customers") or [])]:
        if isinstance(customer, dict):
            number = customer.get("number")
            if number is not None and not (isinstance(number, str) and E164.match(number)):
                faults.append("customer.number must be a valid phone number in the E.164 format")
            faults += _text(customer, "name", 40, "customer.") + _text(customer, "externalId", 40, "customer.")
    _refuse(body, faults)
    if not any(body.get(key) for key in ("assistantId", "assistant", "squadId", "squad", "workflowId", "workflow")):
        raise ApiError(400, "Need Either `assistant`, `assistantId`, `squad`, Or `squadId`.")
    return dict(body)


def check_phone_number(body: Any) -> Body:
    """Check a phone number. Raises ApiError(400)."""
    return _refuse(body, _unknown(body, PHONE_FIELDS) + _text(body, "name", 40))


def _refuse(body: Any, faults: list[str]) -> Body:
    if faults:
        raise ApiError(400, faults)
    return dict(body)


def _unknown(body: Any, known: frozenset[str]) -> list[str]:
    if not isinstance(body, dict):
        raise ApiError(400, "Body must be an object")
    return [f"property {name} should not exist" for name in body if name not in known]


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


def _part(body: Body, name: str, providers: frozenset[str], more: Callable[[Body], list[str]]) -> list[str]:
    part = body.get(name)
    if part is None:
        return []
    if not isinstance(part, dict) or part.get("provider") not in providers:
        return [f"{name}.provider must be one of the following values: {', '.join(sorted(providers))}"]
    return more(part)


def _needs(part: Body, prefix: str, name: str) -> list[str]:
    return [] if isinstance(part.get(name), str) and part[name] else [f"{prefix}.{name} should not be empty"]
