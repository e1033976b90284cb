"""The variables of one agent: which it uses, and what stands for them. An agent's own default beats the workspace's,
and a value that comes with a call beats both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inspralv.agents.schemas import Agent
from inspralv.foundation.context import Context
from inspralv.tenancy.variables import Variable, defaults, list_variables, names_in


def names_used(agent: Agent) -> tuple[str, ...]:
    """Return the names that stand as `{{name}}` in the agent's instructions and greeting, in order."""
    return names_in(agent.config.system_prompt or "", agent.config.first_message or "")


def defaults_of(agent: Agent, of_workspace: Iterable[Variable]) -> dict[str, str]:
    """Return the defaults that the agent's texts need: of the names used there, those that have one."""
    known = defaults(of_workspace, agent.config.custom_variables or ())
    return {name: known[name] for name in names_used(agent) if name in known}


async def merged_variables(ctx: Context, agent: Agent, given: Mapping[str, str]) -> dict[str, str]:
    """Return what a call that we start shall send: every value that was given, and the defaults of the names that the
    agent uses where none was given or an empty one. Reads the workspace's variables in the context."""
    return _merged(defaults_of(agent, await list_variables(ctx)), given)


def missing_variables(agent: Agent, of_workspace: Iterable[Variable], given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the required names that have neither a given value nor a default."""
    known = {one.name: one for level in (of_workspace, agent.config.custom_variables or ()) for one in level}
    values = _merged(defaults(known.values()), given)
    return tuple(name for name, one in known.items() if one.required and not values.get(name))


def _merged(standing_in: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {**given, **{name: text for name, text in standing_in.items() if not given.get(name)}}
