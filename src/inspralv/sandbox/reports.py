"""What a call leaves behind: messages, artifact, analysis, cost. Shapes as in the contract, sections 4 and 7."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from inspralv.sandbox.store import Thing, now_iso

_RATES = {"transport": 0.014, "stt": 0.0098, "llm": 0.0031, "tts": 0.002, "vapi": 0.05}
_SUMMARY_COST = 0.00003
_EXPIRES = timedelta(hours=1)
_NAMES = {"bot": "AI", "user": "User"}
_PLACE = re.compile(r"\{\{\s*([\w.]+)\s*(?:\|\s*default:\s*[\"']([^\"']*)[\"']\s*)?\}\}")


def message_of(who: str, text: str, start: datetime, seconds: float, length: float) -> Thing:
    """Return one message of the artifact; `seconds` counts from the start of the call, `length` is in seconds."""
    at = start + timedelta(seconds=seconds)
    return {
        "role": "bot" if who == "assistant" else "user", "message": text, "time": milliseconds(at),
        "endTime": milliseconds(at + timedelta(seconds=length)), "secondsFromStart": round(seconds, 1), "duration": round(length * 1000),
    }  # fmt: skip


def is_spoken(message: Thing) -> bool:
    """Whether a message of the artifact was said by somebody."""
    return message["role"] in _NAMES


def formatted(messages: list[Thing]) -> list[Thing]:
    """Return what was said, and the prompt, in the shape of a chat model's history."""
    roles = {"bot": "assistant", "user": "user", "system": "system"}
    return [{"role": roles[m["role"]], "content": m["message"]} for m in messages if m["role"] in roles]


def artifact_of(call: Thing, messages: list[Thing], base: str | None) -> Thing:
    """Return the artifact. `base` is the address to download a recording from, where there is one."""
    spoken = [m for m in messages if is_spoken(m)]
    artifact: Thing = {
        "messages": messages,
        "messagesOpenAIFormatted": formatted(messages),
        "transcript": "\n".join(f"{_NAMES[m['role']]}: {m['message']}" for m in spoken),
    }
    if base is not None:
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
    carrier = "daily" if call["type"] == "webCall" else "twilio"
    part = {name: round(rate * minutes, 4) for name, rate in _RATES.items()}
    if call["type"] == "webCall":
        part["transport"] = 0.0
    total = round(sum(part.values()) + (_SUMMARY_COST if messages else 0), 5)
    breakdown: Thing = {
        **part, "chat": 0, "total": total, "llmPromptTokens": 40 * len(messages), "llmCompletionTokens": 12 * len(messages),
        "ttsCharacters": characters,
        "analysisCostBreakdown": {"summary": _SUMMARY_COST, "summaryPromptTokens": 42, "summaryCompletionTokens": 46,
                                  "structuredData": 0, "successEvaluation": 0},
    }  # fmt: skip
    items: list[Thing] = [
        {"type": "transport", "provider": carrier, "minutes": minutes, "cost": part["transport"]},
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
    """Fill `{{name}}` and `{{name | default: "…"}}` with the call's variables; one that is not set leaves nothing."""
    return _PLACE.sub(lambda place: str(values.get(place[1], place[2] or "")), text)


def milliseconds(at: datetime) -> int:
    """Return a moment as webhooks write it: milliseconds since 1970."""
    return int(at.timestamp() * 1000)
