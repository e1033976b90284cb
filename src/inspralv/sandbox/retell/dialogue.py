"""What a call leaves behind: words and times, analysis, cost. Shapes as in the contract, section 7."""

from __future__ import annotations

import re
import secrets
from typing import Any

from inspralv.sandbox.retell.store import Thing
from inspralv.sandbox.scripts import Script

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_WORDS_PER_SECOND = 2.6
_GAP_SECONDS = 0.7
_NAMES = {"agent": "Agent", "user": "User"}
_RATES = {"elevenlabs_tts": 0.1166667, "gpt_4_1": 0.075, "us_telephony": 0.025}
"""In cents per second."""
_MOODS = {"positive": "Positive", "negative": "Negative", "neutral": "Neutral"}


def filled(text: str, values: Thing) -> str:
    """Fill `{{name}}` with the call's variables; one that is not set stays as it is."""
    return _PLACE.sub(lambda place: str(values.get(place[1], place[0])), text)


class Dialogue:
    """Who said what and when, in seconds of the call."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.entries: list[Thing] = []
        self._sound: list[Thing] = []

    def length_of(self, text: str) -> float:
        """Return how long it takes to say something, in seconds, without the pause after it."""
        return max(0.8, len(text.split()) / _WORDS_PER_SECOND)

    def add(self, who: str, text: str, length: float) -> None:
        """Note something that was said."""
        words, each = text.split(), length / max(1, len(text.split()))
        at = self.seconds
        spoken = [
            {"word": word, "start": round(at + n * each, 3), "end": round(at + (n + 1) * each, 3)}
            for n, word in enumerate(words)
        ]
        self.entries.append({"role": who, "content": text, "words": spoken})
        role = "bot" if who == "agent" else "user"
        self._sound.append({"role": role, "secondsFromStart": at, "duration": 1000 * length})
        self.seconds += length + _GAP_SECONDS

    def add_tool(self, name: str, arguments: str, content: str, *, successful: bool) -> None:
        """Note that a function was used."""
        tool_call_id = f"tool_call_{secrets.token_hex(6)}"
        used = {"role": "tool_call_invocation", "tool_call_id": tool_call_id, "name": name, "arguments": arguments}
        result = {"role": "tool_call_result", "tool_call_id": tool_call_id, "content": content}
        self.entries += [used, {**result, "successful": successful}]

    @property
    def spoken(self) -> list[Thing]:
        return [entry for entry in self.entries if entry["role"] in _NAMES]

    @property
    def recording(self) -> list[Thing]:
        """What a recording is made of."""
        return [{"seconds": self.seconds}, *self._sound]

    @property
    def words(self) -> Thing:
        """The fields of a call that hold what was said."""
        text = "".join(f"{_NAMES[entry['role']]}: {entry['content']}\n" for entry in self.spoken)
        return {
            "transcript": text, "transcript_object": self.spoken, "transcript_with_tool_calls": list(self.entries),
        }  # fmt: skip


def analysis_of(script: Script, agent: Thing, *, talked: bool, machine: bool) -> Thing:
    """Return what the vendor's model makes of a call; nothing of its own where nobody talked."""
    found: Thing = {"in_voicemail": machine, "user_sentiment": "Unknown", "call_successful": False}
    if not talked and not machine:
        return found
    sentiment = _MOODS[script.sentiment]
    summary = {"call_summary": script.summary} if script.summary else {}
    found |= {"user_sentiment": sentiment, "call_successful": script.success == "true", **summary}
    custom = {
        item["name"]: _example(item)
        for item in agent.get("post_call_analysis_data") or ()
        if item["type"] != "system-presets"
    }
    return found | {"custom_analysis_data": custom}


def cost_of(seconds: float, *, phone: bool) -> Thing:
    """Return the cost of a call in cents."""
    rates = {name: rate for name, rate in _RATES.items() if phone or name != "us_telephony"}
    products = [{"product": name, "unit_price": rate, "cost": round(rate * seconds, 4)} for name, rate in rates.items()]
    return {
        "product_costs": products,
        "total_duration_seconds": round(seconds),
        "total_duration_unit_price": round(sum(rates.values()), 7),
        "combined_cost": round(sum(rate * seconds for rate in rates.values()), 4),
    }


def _example(item: Thing) -> Any:
    match item["type"]:
        case "boolean":
            return True
        case "number":
            return 1
        case "enum":
            return (item.get("choices") or [""])[0]
        case _:
            return "Thursday"
