r"""The transcript is one text, "\nbot: …\nhuman: …"; what begins with no speaker goes on with the line before."""

import re

from inspralv.providers.contract import Speaker, TranscriptLine

SPEAKERS = {
    "bot": Speaker.AGENT,
    "agent": Speaker.AGENT,
    "assistant": Speaker.AGENT,
    "human": Speaker.CALLER,
    "user": Speaker.CALLER,
}
SPOKEN = re.compile(rf"({'|'.join(SPEAKERS)}): ?(.*)", re.IGNORECASE)


def transcript_lines(text: str | None) -> tuple[TranscriptLine, ...]:
    said: list[tuple[Speaker, str]] = []
    for line in (text or "").splitlines():
        match = SPOKEN.match(line)
        if match:
            said.append((SPEAKERS[match[1].lower()], match[2].strip()))
        elif said:
            speaker, before = said[-1]
            said[-1] = (speaker, f"{before}\n{line}".strip())
    return tuple(TranscriptLine(role=speaker, text=words) for speaker, words in said if words)
