"""What a call leaves behind: messages, artifact, analysis, cost. Shapes as in the contract, sections 4 and 7."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from inspralv.sandbox.store import Thing, now_iso

_RATES = {"transport": 0.014, "stt": 0.0098, "llm": 0.0031, "tts": 0.002, "vapi": 0.05}
_SUMMARY_COST = 0.00003
_EXPIRES = timedelta(hours=1)


def message_of(who: str, text: str, start: datetime, seconds: float, length: float) -> Thing:
    """Return one message of the artifact; `seconds` counts from the start of the call, `length` is in seconds."""
    at = start + timedelta(seconds=seconds)
    return {
        "role": "bot" if who == "assistant" else "user", "message": text, "time": _ms(at),
        "endTime": _ms(at + timedelta(seconds=length)), "secondsFromStart": round(seconds, 1), "duration": round(length * 1000),
    }  # fmt: skip


def artifact_of(call: Thing, messages: list[Thing], base: str, *, ended: bool) -> Thing:
    """Return the artifact; addresses to download from exist once the call has ended."""
    spoken = [m for m in messages if m["role"] in {"bot", "user"}]
    artifact: Thing = {
        "messages": messages,
        "messagesOpenAIFormatted": [
            {"role": {"bot": "assistant"}.get(m["role"], m["role"]), "content": m["message"]} for m in messages
        ],
        "transcript": "\n".join(f"{'AI' if m['role'] == 'bot' else 'User'}: {m['message']}" for m in spoken),
    }
    if ended and spoken:
        address = f"{base}/_recordings/{call['id']}.wav"
        artifact["recording"] = {"mono": {"combinedUrl": f"https://storage.vapi.invalid/{call['id']}-mono.wav"}}
        artifact["recordingUrl"] = address
        artifact["presignedMonoUrl"] = address
        artifact["presignedUrlsExpiresAt"] = now_iso(datetime.now(UTC) + _EXPIRES)
    return artifact


def costs_of(call: Thing, seconds: float, messages: list[Thing]) -> tuple[float, Thing, list[Thing]]:
    """Return the total in US dollars, its breakdown and its items."""
    minutes = seconds / 60
    characters = sum(len(m["message"]) for m in messages if m["role"] == "bot")
    part = {name: round(rate * minutes, 4) for name, rate in _RATES.items()}
    if call["type"] == "webCall":
        part["transport"] = 0.0
    total = round(sum(part.values()) + (_SUMMARY_COST if messages else 0), 5)
    breakdown = {
        **part, "chat": 0, "total": total, "llmPromptTokens": 40 * len(messages), "llmCompletionTokens": 12 * len(messages),
        "ttsCharacters": characters,
        "analysisCostBreakdown": {"summary": _SUMMARY_COST, "summaryPromptTokens": 42, "summaryCompletionTokens": 46,
                                  "structuredData": 0, "successEvaluation": 0},
    }  # fmt: skip
    items = [
        {"type": "transport", "provider": "daily" if call["type"] == "webCall" else "twilio", "minutes": minutes, "cost": part["transport"]},
        {"type": "vapi", "subType": "normal", "minutes": minutes, "cost": part["vapi"]},
    ]
    return total, breakdown, items


def analysis_of(assistant: Thing, summary: str, success: str, sentiment: str) -> Thing:
    """Return what the assistant's analysis plan asks for."""
    plan = assistant.get("analysisPlan") or {}
    analysis: Thing = {}
    if (plan.get("summaryPlan") or {}).get("enabled", True):
        analysis["summary"] = summary
    if (plan.get("successEvaluationPlan") or {}).get("enabled", True):
        analysis["successEvaluation"] = success
    data = plan.get("structuredDataPlan") or {}
    if data.get("enabled") and "sentiment" in ((data.get("schema") or {}).get("properties") or {}):
        analysis["structuredData"] = {"sentiment": sentiment}
    return analysis


def variables_in(text: str, values: dict[str, Any]) -> str:
    """Fill `{{name}}` places with the call's variables."""
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", str(value)).replace("{{ " + name + " }}", str(value))
    return text


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
