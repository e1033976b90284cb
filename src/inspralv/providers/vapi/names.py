"""Makers' names: ours on the left, Vapi's on the right. A name in neither list is the same on both sides."""

VOICE_MAKERS = {"elevenlabs": "11labs"}
TRANSCRIBER_MAKERS = {"assemblyai": "assembly-ai"}

NAME_LENGTH = 40
"""Assistants, calls, numbers and customers; longer names are refused."""


def theirs(ours: str, makers: dict[str, str]) -> str:
    return makers.get(ours, ours)


def ours(theirs: str, makers: dict[str, str]) -> str:
    return next((name for name, remote in makers.items() if remote == theirs), theirs)


def cut(name: str) -> str:
    return name[:NAME_LENGTH].rstrip()
