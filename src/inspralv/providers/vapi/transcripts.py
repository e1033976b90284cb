import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from inspralv.providers.contract import Speaker, TranscriptLine
from inspralv.providers.vapi import wire

SPEAKERS = {
    "bot": Speaker.AGENT,
    "assistant": Speaker.AGENT,
    "user": Speaker.CALLER,
    "system": Speaker.SYSTEM,
    "tool": Speaker.TOOL,
    "tool_calls": Speaker.TOOL,
    "tool_call_result": Speaker.TOOL,
}
SPOKEN_LINE = re.compile(r"(AI|User): ?(.*)")


def transcript_lines(messages: Sequence[wire.Message], text: str) -> tuple[TranscriptLine, ...]:
    """From the messages; from the plain text ("AI: …", "User: …" by lines) when there are none."""
    return tuple(_from_messages(messages)) or tuple(_from_text(text))


def _from_messages(messages: Sequence[wire.Message]) -> Iterable[TranscriptLine]:
    for message in messages:
        speaker, text = SPEAKERS.get(message.role or ""), _text_of(message)
        if speaker is not None and text:
            yield TranscriptLine(role=speaker, text=text, seconds=message.seconds_from_start)


def _from_text(text: str) -> Iterable[TranscriptLine]:
    speaker, said = Speaker.AGENT, ""
    for line in text.splitlines():
        match = SPOKEN_LINE.match(line)
        if match is None:
            said = f"{said}\n{line}".strip()
            continue
        if said:
            yield TranscriptLine(role=speaker, text=said)
        speaker, said = Speaker.AGENT if match[1] == "AI" else Speaker.CALLER, match[2].strip()
    if said:
        yield TranscriptLine(role=speaker, text=said)


def _text_of(message: wire.Message) -> str:
    if message.tool_calls:
        return "\n".join(_tool_text(call.function or call) for call in message.tool_calls)
    content = message.message or message.result
    return _plain(content) if content is not None else ""


def _tool_text(call: wire.ToolFunction | wire.ToolEntry) -> str:
    return f"{call.name or ''}({_plain(call.arguments or '')})"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
