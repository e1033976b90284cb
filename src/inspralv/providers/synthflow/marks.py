"""What an assistant has no room for travels at the end of its description: our ids, and what a pull must give back."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

BEGIN, END = "[managed: ", "]"
GAP = "\n\n"


class Marks(Struct, frozen=True, kw_only=True, omit_defaults=True):
    ids: Mapping[str, str] = {}
    voice_maker: str = ""
    settings: tuple[str, ...] = ()
    """The settings of the voice that were given; the others are at the maker's standard."""
    variables: Mapping[str, str] = {}
    prompt_spaces: tuple[tuple[str, str], ...] = ()
    greeting_spaces: tuple[tuple[str, str], ...] = ()
    tools: tuple[str, ...] = ()
    """Their order, by `tools.key_of`."""
    actions: tuple[str, ...] = ()
    """The ids of the actions that were made for this agent, and go with it."""


def with_marks(description: str | None, marks: Marks) -> str:
    text = f"{BEGIN}{msgspec.json.encode(marks).decode()}{END}"
    return f"{description}{GAP}{text}" if description else text


def without_marks(text: str | None) -> tuple[str | None, Marks]:
    """The description and the marks in it. Marks that somebody has spoiled are text like any other."""
    description, found, marks = (text or "").rpartition(BEGIN)
    if not found or not marks.endswith(END):
        return text or None, Marks()
    try:
        return description.removesuffix(GAP) or None, msgspec.json.decode(marks[: -len(END)], type=Marks)
    except msgspec.DecodeError:
        return text or None, Marks()
