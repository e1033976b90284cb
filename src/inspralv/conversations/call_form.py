"""The form that dials a number: which values it asks for, and what stands in it when it opens."""

from __future__ import annotations

from typing import Any

from inspralv.agents.variables import defaults_of, names_used
from inspralv.conversations.queries.calling import Callable
from inspralv.conversations.views import VariableField
from inspralv.foundation.language.texts import said
from inspralv.foundation.web.forms import Form
from inspralv.tenancy.variables import STANDARD, Variable, stored_variables

_FROM_THE_FORM = {"phone_number"}  # the number that is called


def fields_of(agent: Callable) -> tuple[VariableField, ...]:
    """Return the variables that the agent's texts use, and those that are required, with what is known of them."""
    known = {one.name: one for one in _known(agent)}
    names = [*names_used(agent), *(name for name, one in known.items() if one.required)]
    return tuple(_field(name, known.get(name)) for name in dict.fromkeys(names) if name not in _FROM_THE_FORM)


def opened(agent: Callable) -> Form[Any]:
    """Return the form as it opens: defaults, and what is known of the person who is called back."""
    values = defaults_of(agent, stored_variables(agent.of_workspace)) | (agent.variables or {})
    shown = {f"variables.{field.name}": values.get(field.name, "") for field in fields_of(agent)}
    return Form({"customerNumber": agent.contact_number or "", "customerName": agent.contact_name or ""} | shown)


def _known(agent: Callable) -> list[Variable]:
    return [*stored_variables(agent.of_workspace), *(agent.config.custom_variables or ())]


def _field(name: str, variable: Variable | None) -> VariableField:
    hint = (variable.description if variable else "") or said(dict(STANDARD).get(name, ""))
    label = name.replace("_", " ").capitalize()
    return VariableField(name, label, hint, variable.required if variable else False)
