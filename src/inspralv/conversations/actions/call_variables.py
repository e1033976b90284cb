"""The values that a call of ours is started with: what was given, and defaults where nothing was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inspralv.agents.schemas import Agent
from inspralv.agents.variables import merged_variables, missing_variables
from inspralv.foundation.context import Context
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.tenancy.variables import list_variables

_TEMPLATE_MARKS: Final = ("{{", "}}", "{%", "%}")
_NUMBER: Final = "phone_number"


async def variables_for_call(ctx: Context, agent: Agent, given: Mapping[str, str], number: str) -> dict[str, str]:
    """Return all values by name. The number that is called stands for `phone_number`. Raises Invalid for a value that
    is itself a template, and for a required one that is missing."""
    values = {name: text.strip() for name, text in given.items() if text.strip()}
    values.setdefault(_NUMBER, number)
    missing = missing_variables(agent, await list_variables(ctx), values)
    errors = tuple(
        [FieldError(f"/variables/{name}", _("This agent needs a value here."), "required") for name in missing]
        + [
            FieldError(f"/variables/{name}", _("A value is plain text, without {{ }} or {%% %%}."))
            for name, text in values.items()
            if any(mark in text for mark in _TEMPLATE_MARKS)
        ]
    )
    if errors:
        raise Invalid(errors=errors)
    return await merged_variables(ctx, agent, values)
