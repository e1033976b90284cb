"""What an LLM or an agent lacks to be as wanted. Nothing else is sent, so that what others set over there stays, and
pushing again what is there already asks for no new version."""

from typing import Any

from inspralv.providers.retell import wire
from inspralv.providers.retell.mapper import USUAL, model_of
from inspralv.providers.retell.tools import foreign, tools_of

Json = dict[str, Any]


def llm_changes(current: Json, wanted: Json, webhook_url: str | None) -> Json:
    """`webhook_url` is the address that custom functions without one of their own are sent to. Raises Malformed."""
    llm = wire.convert(current, wire.Llm)
    tools = llm.general_tools or []
    known = {
        "model_config": _same_model(llm, wanted["model_config"]),
        "general_tools": tools_of(tools, webhook_url) == tools_of(wanted["general_tools"], webhook_url),
    }
    changed = {
        name: value for name, value in wanted.items() if not known.get(name, _same(current.get(name), value))
    }  # fmt: skip
    if "general_tools" in changed:
        changed["general_tools"] = [*wanted["general_tools"], *foreign(tools)]
    if "model_config" in changed:
        changed["model_config"] = _with_tier(current.get("model_config"), wanted["model_config"])
    return changed


def agent_changes(current: Json, wanted: Json) -> Json:
    return {name: value for name, value in wanted.items() if not _same(_known(current, name), value)}


def _known(current: Json, name: str) -> Any:
    value = current.get(name)
    return USUAL.get(name) if value is None else value


def _same(there: Any, wanted: Any) -> bool:
    """Nothing, null, and an empty text or list are one; so are 1 and 1.0."""
    return bool((there or None) == (wanted or None))


def _same_model(llm: wire.Llm, wanted: Json) -> bool:
    there = model_of(llm)
    return (there.name, there.temperature or 0) == (wanted["primary"]["model"], wanted["temperature"])


def _with_tier(current: Any, wanted: Json) -> Json:
    """Each key replaces the one that was there: the tier of the same model goes along."""
    primary = current.get("primary") if isinstance(current, dict) else None
    same = isinstance(primary, dict) and primary.get("model") == wanted["primary"]["model"]
    return wanted | {"primary": primary} if same else wanted
