"""Variables in texts: `{{name}}` here, `{name}` there, byte-equal when they come back.

What stands in single braces here is meant as it stands: it gets one space more on each side over there, and is no
variable any more. So `{{name}}` becomes `{name}`, `{name}` becomes `{ name }`, `{ name }` becomes `{  name  }`, and each
is told from the others on the way back, without any escape. Braces that stand against further braces, or around anything
but a name, are left alone. Spaces inside of double braces are told apart by a list that travels with the agent's marks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
OURS = re.compile(
    rf"(?<!\{{)(?:\{{\{{(?P<left>\s*)(?P<name>{NAME})(?P<right>\s*)\}}\}}|\{{(?P<pad> *)(?P<word>{NAME})(?P=pad)\}})(?!\}})"
)
THEIRS = re.compile(rf"(?<!\{{)\{{(?P<pad> *)(?P<name>{NAME})(?P=pad)\}}(?!\}})")

Spaces = Sequence[tuple[str, str]]
"""Of each variable, in order: what stands before and after its name."""


def to_theirs(text: str) -> str:
    def there(found: re.Match[str]) -> str:
        if found["name"] is not None:
            return f"{{{found['name']}}}"
        return f"{{{found['pad']} {found['word']} {found['pad']}}}"

    return OURS.sub(there, text)


def spaces_in(text: str) -> list[tuple[str, str]]:
    """The spaces inside of double braces; empty when there are none, as usual."""
    found = [(one["left"], one["right"]) for one in OURS.finditer(text) if one["name"] is not None]
    return found if any(left or right for left, right in found) else []


def to_ours(text: str, spaces: Spaces = ()) -> str:
    """`spaces` counts only for as many variables as it was made of: a text that was changed has lost them."""
    count = sum(not one["pad"] for one in THEIRS.finditer(text))
    given: Iterator[tuple[str, str]] = iter(spaces if len(spaces) == count else [("", "")] * count)

    def here(found: re.Match[str]) -> str:
        if found["pad"]:
            pad = found["pad"][1:]
            return f"{{{pad}{found['name']}{pad}}}"
        left, right = next(given)
        return f"{{{{{left}{found['name']}{right}}}}}"

    return THEIRS.sub(here, text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text of ours with what its variables stand for, where that is known."""

    def value(found: re.Match[str]) -> str:
        return values.get(found["name"] or "", found[0])

    return OURS.sub(value, text)
