"""Variables: what `{{name}}` in a text of an agent stands for when a call brings no value of its own.

Standard ones every call may bring; a workspace adds its own and gives defaults, and an agent may overrule those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from inspralv.foundation.context import Context
from inspralv.foundation.errors import FieldError
from inspralv.foundation.language.texts import N_, _

STANDARD: tuple[tuple[str, str], ...] = (
    ("first_name", N_("First name of the person on the line")),
    ("last_name", N_("Last name of the person on the line")),
    ("email", N_("E-mail address of the person on the line")),
    ("company", N_("Company of the person on the line")),
    ("phone_number", N_("Telephone number of the person on the line")),
)
STANDARD_NAMES = frozenset(name for name, _ in STANDARD)
MOST_VARIABLES = 100

VariableName = Annotated[
    str,
    Meta(
        min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_]*$(?!\n)", description="Lower-case letters, digits and _."
    ),
]
VariableText = Annotated[str, Meta(max_length=200)]
VariableDefault = Annotated[str, Meta(max_length=500)]
Category = Literal["standard", "contact", "business", "custom", "agent"]

_USED = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,49})\s*\}\}")
_MARKS = ("{{", "}}", "{%", "%}")
_FIND = "SELECT settings -> 'custom_variables' FROM workspaces WHERE partner_id = $partner AND id = $workspace"


class Variable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A variable of a workspace or an agent. `default` stands in when a call brings no value, or an empty one;
    `required` says that a call should not be started without a value."""

    name: VariableName
    description: VariableText = ""
    default: VariableDefault = ""
    required: bool = False
    category: Category = "custom"


Variables = Annotated[list[Variable], Meta(max_length=MOST_VARIABLES)]


def names_in(*texts: str | None) -> tuple[str, ...]:
    """Return the names that stand as `{{name}}` in texts, in order, each once."""
    return tuple(dict.fromkeys(name for text in texts if text for name in _USED.findall(text)))


def variable_errors(variables: Sequence[Variable], pointer: str) -> list[FieldError]:
    """Return what the shape of a variable cannot say: a name given twice, a default that is itself a template."""
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, one in enumerate(variables):
        if one.name in seen:
            errors.append(FieldError(f"{pointer}/{i}/name", _("There are two variables “%(name)s”.", name=one.name)))
        seen.add(one.name)
        if any(mark in one.default for mark in _MARKS):
            errors.append(FieldError(f"{pointer}/{i}/default", _("A default is plain text, without {{ }} or {%% %%}.")))
    return errors


def stored_variables(raw: Any) -> list[Variable]:
    """Return the variables of a settings or config value; none when there is no such value."""
    return msgspec.convert(raw or [], list[Variable])


def defaults(*levels: Iterable[Variable]) -> dict[str, str]:
    """Return the defaults by name; later levels win, and an empty default counts as none."""
    return {one.name: one.default for level in levels for one in level if one.default}


async def list_variables(ctx: Context) -> list[Variable]:
    """Return the variables of the context's workspace."""
    return stored_variables(await ctx.fetch_value(_FIND))
