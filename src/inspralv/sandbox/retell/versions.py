"""Versions of agents and LLMs, which share their numbers; a published one is frozen (contract, section 5)."""

from __future__ import annotations

from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.errors import missing
from inspralv.sandbox.retell.store import Store, Thing, now_ms

_ENGINE = "retell-llm"


def first(fields: Thing) -> Thing:
    """Return what a new agent or LLM consists of: one draft."""
    return {"_versions": [{**fields, "version": 0, "is_published": False, "last_modification_timestamp": now_ms()}]}


def pick(thing: Thing, ref: Any = None) -> Thing:
    """Return a version by number, `latest` or `latest_published`. Raises ApiError(422)."""
    versions: list[Thing] = thing["_versions"]
    if ref in {None, "", "latest"}:
        return versions[-1]
    if ref == "latest_published":
        found = [one for one in versions if one["is_published"]]
    else:
        found = [one for one in versions if str(one["version"]) == str(ref)]
    if not found:
        raise missing()
    return found[-1]


def change(version: Thing, fields: Thing, what: str) -> Thing:
    """Change a draft; null takes a field away. Raises ApiError(400) for a published one."""
    if version["is_published"]:
        raise ApiError(400, f"Cannot update published {what}")
    version |= {**fields, "last_modification_timestamp": now_ms()}
    return version


def draft(store: Store, agent: Thing, base: Any) -> Thing:
    """Open a new draft of an agent, and of its LLM, from a version. Raises ApiError(422)."""
    old = pick(agent, base)
    number = agent["_versions"][-1]["version"] + 1
    changed = {"version": number, "base_version": old["version"], "is_published": False}
    engine = dict(old["response_engine"])
    llm = store.find("llms", engine.get("llm_id")) if engine["type"] == _ENGINE else None
    if llm is not None:
        words = _of(llm, old["version"])
        llm["_versions"].append({**words, **changed, "last_modification_timestamp": now_ms()})
        engine["version"] = number
    new = {**old, **changed, "response_engine": engine, "last_modification_timestamp": now_ms()}
    new.pop("version_title", None)
    agent["_versions"].append(new)
    return new


def publish(store: Store, agent: Thing, body: Thing) -> None:
    """Freeze a version of an agent, and of its LLM. Raises ApiError(400 or 422)."""
    if "version" not in body:
        raise ApiError(400, "version is required")
    version = pick(agent, body["version"])
    named = {name: body[name] for name in ("version_title", "version_description") if body.get(name) is not None}
    version |= {**named, "is_published": True, "last_modification_timestamp": now_ms()}
    llm = llm_of(store, version)
    if llm is not None:
        llm["is_published"] = True


def llm_of(store: Store, version: Thing) -> Thing | None:
    """Return the version of the LLM that belongs to a version of an agent; None for another kind of engine."""
    engine = version["response_engine"]
    llm = store.find("llms", engine.get("llm_id")) if engine["type"] == _ENGINE else None
    return _of(llm, version["version"]) if llm is not None else None


def _of(llm: Thing, number: int) -> Thing:
    """Return an LLM's version with an agent's number; one that several agents share has its latest before it."""
    versions: list[Thing] = llm["_versions"]
    return next((one for one in reversed(versions) if one["version"] <= number), versions[0])
