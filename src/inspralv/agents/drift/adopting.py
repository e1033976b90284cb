"""Taking over what was changed at the provider. Pure: returns the content, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from inspralv.agents.drift.schemas import Skipped
from inspralv.agents.history.fields import place_of
from inspralv.agents.history.misfits import misfits
from inspralv.agents.schemas import Agent, content_of
from inspralv.agents.tools import ToolBody, tools_of_contract
from inspralv.foundation.language.texts import N_, _
from inspralv.providers.contract import Tool, VoiceProvider

_TOOLS = "config.tools"
_NEVER = {
    "webhook": N_("Reports have to come here; our own address is sent again."),
    "metadata": N_("By these marks we know the agent; they are sent again."),
    "config.variables": N_("Variables belong to the agent and the workspace here."),
}
_MAKERS = {
    "config.voice_id": "voice_provider",
    "config.model_settings.model": "model_provider",
    "config.transcriber_settings.model": "transcriber_provider",
}


class Taken(msgspec.Struct, frozen=True):
    """The content with what was taken over, and what was not."""

    content: dict[str, Any]
    adopted: list[str]
    skipped: list[Skipped]


def is_adoptable(field: str) -> bool:
    """Whether a field of the provider has a counterpart of ours that people edit."""
    return field not in _NEVER


def adopt(agent: Agent, provider: VoiceProvider, there: Mapping[str, Any], fields: Iterable[str]) -> Taken:
    """Return the agent's content with these fields as they are `there`. What ours cannot hold is left as it is."""
    content, adopted, skipped = content_of(agent), [], {}
    standing = {fault.pointer for fault in misfits(provider, content)}
    makers_first = sorted(fields, key=lambda field: (field in _MAKERS, place_of(field)))
    for field in makers_first:
        if field in _NEVER or _MAKERS.get(field) in skipped:
            skipped[field] = _NEVER.get(field) or _("It belongs to a maker that is not offered here.")
            continue
        value, fault = _tools(agent, there.get(field)) if field == _TOOLS else (there.get(field), "")
        wanted = _with(content, field, value)
        new = [one for one in misfits(provider, wanted) if one.pointer not in standing]
        if fault or new:
            skipped[field] = fault or new[0].message
        if not new:
            content = wanted
            adopted.append(field)
    return Taken(content, adopted, [Skipped(field, reason) for field, reason in skipped.items()])


def _tools(agent: Agent, there: Any) -> tuple[list[Any], str]:
    """Return the tools that are understood, and what is to be said of the others."""
    known = agent.config.tools or []
    found: list[ToolBody] = []
    strange: list[str] = []
    for one in there or ():
        try:
            found += tools_of_contract([msgspec.convert(one, Tool)], known)
        except msgspec.ValidationError:
            strange.append(str(one.get("name") or one.get("type")))
    words = _("Not understood and left out: %(join)s.", join=", ".join(strange)) if strange else ""
    return msgspec.to_builtins(found), words


def _with(content: Mapping[str, Any], field: str, value: Any) -> dict[str, Any]:
    """Return the content with one field set; without a value the field is gone."""
    name, _rest, rest = field.partition(".")
    inner = _with(content.get(name) or {}, rest, value) if rest else value
    result = {**content, name: inner}
    return {key: one for key, one in result.items() if one not in (None, {}, [])} if name not in _TOP else result


_TOP = {"name", "description", "voice_provider", "model_provider", "transcriber_provider", "config"}
