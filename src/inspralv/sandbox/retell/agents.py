"""Agents and their versions."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.accounts import Account
from inspralv.sandbox.retell.errors import missing
from inspralv.sandbox.retell.ground import ApiRequest, account_of, object_of, world_of
from inspralv.sandbox.retell.lists import page_of
from inspralv.sandbox.retell.rules import agent_fields
from inspralv.sandbox.retell.store import Store, Thing, new_id
from inspralv.sandbox.retell.versions import change, draft, first, pick, publish

_LOST = "The answer got lost on purpose"
_OWN_ENGINES = {"custom-llm": "llm_websocket_url", "conversation-flow": "conversation_flow_id"}


@post("/create-agent")
async def create_agent(request: ApiRequest) -> Thing:
    account, world = account_of(request), world_of(request)
    fields = agent_fields(await object_of(request), new=True)
    fields["response_engine"] = _engine(world.store, account, fields["response_engine"])
    thing = world.store.add("agents", account, new_id("agent"), first(fields))
    if world.imp.lose_answer():
        raise ApiError(500, _LOST)
    return agent_shown(thing)


@get("/get-agent/{agent_id:str}")
async def read_agent(request: ApiRequest, agent_id: FromPath[str]) -> Thing:
    thing = world_of(request).store.get("agents", account_of(request), agent_id)
    return agent_shown(thing, request.query_params.get("version"))


@patch("/update-agent/{agent_id:str}")
async def change_agent(request: ApiRequest, agent_id: FromPath[str]) -> Thing:
    account, store = account_of(request), world_of(request).store
    thing = store.get("agents", account, agent_id)
    fields = agent_fields(await object_of(request))
    version = pick(thing, request.query_params.get("version"))
    if fields.get("response_engine"):
        fields["response_engine"] = _engine(store, account, fields["response_engine"])
    change(version, fields, "agent")
    store.save()
    return agent_shown(thing, version["version"])


@post("/v2/list-agents", status_code=200)
async def list_agents(request: ApiRequest) -> Thing:
    account, body = account_of(request), await object_of(request)
    found = world_of(request).store.list("agents", account)
    channel = ((body.get("filter_criteria") or {}).get("channel") or {}).get("value", "voice")
    found = sorted(found, key=lambda one: one["_versions"][-1]["last_modification_timestamp"])
    return page_of(found if channel == "voice" else [], dict(request.query_params), _item)


@delete("/delete-agent/{agent_id:str}")
async def delete_agent(request: ApiRequest, agent_id: FromPath[str]) -> None:
    world_of(request).store.remove("agents", account_of(request), agent_id)


@get("/list-agent-versions/{agent_id:str}")
async def list_versions(request: ApiRequest, agent_id: FromPath[str]) -> Thing:
    thing = world_of(request).store.get("agents", account_of(request), agent_id)
    rows = [{**version, "_id": str(version["version"])} for version in thing["_versions"]]
    return page_of(rows, dict(request.query_params), _version_item)


@post("/create-agent-version/{agent_id:str}")
async def create_version(request: ApiRequest, agent_id: FromPath[str]) -> Thing:
    store = world_of(request).store
    thing, body = store.get("agents", account_of(request), agent_id), await object_of(request)
    if "base_version" not in body:
        raise ApiError(400, "base_version is required")
    draft(store, thing, body["base_version"])
    store.save()
    return agent_shown(thing)


@post("/publish-agent-version/{agent_id:str}", status_code=200)
async def publish_version(request: ApiRequest, agent_id: FromPath[str]) -> Response[bytes]:
    """The answer has no body."""
    store = world_of(request).store
    publish(store, store.get("agents", account_of(request), agent_id), await object_of(request))
    store.save()
    return Response(b"", media_type="text/plain")


@delete("/delete-agent-version/{agent_id:str}")
async def delete_version(request: ApiRequest, agent_id: FromPath[str]) -> None:
    store = world_of(request).store
    thing = store.get("agents", account_of(request), agent_id)
    gone = pick(thing, request.query_params.get("version") or "none")
    if len(thing["_versions"]) == 1:
        raise ApiError(400, "The only version of an agent cannot be deleted")
    thing["_versions"].remove(gone)
    store.save()


def agent_shown(thing: Thing, ref: Any = None) -> Thing:
    version = pick(thing, ref)
    known = {name: value for name, value in version.items() if value is not None}
    return {"agent_id": thing["_id"], "assigned_tags": [], **known}


def _engine(store: Store, account: Account, engine: Thing) -> Thing:
    """Check what shall answer for an agent. Raises ApiError: 400, and 422 for an LLM that does not exist."""
    kind = engine.get("type")
    if kind in _OWN_ENGINES:
        if not engine.get(_OWN_ENGINES[kind]):
            raise ApiError(400, f"response_engine.{_OWN_ENGINES[kind]} is required")
        return engine
    if kind != "retell-llm":
        raise ApiError(400, "response_engine.type does not exist")
    llm = store.get("llms", account, engine.get("llm_id"))
    if not any(one["version"] == engine.get("version", one["version"]) for one in llm["_versions"]):
        raise missing()
    return {"version": llm["_versions"][-1]["version"], **engine}


def _item(thing: Thing) -> Thing:
    latest = thing["_versions"][-1]
    return {
        "agent_id": thing["_id"], "agent_name": latest.get("agent_name") or "", "channel": "voice",
        "is_suspended": False, "tags": {}, "user_modified_timestamp": latest["last_modification_timestamp"],
        "is_transfer_agent": bool(latest.get("is_transfer_agent")),
    }  # fmt: skip


def _version_item(version: Thing) -> Thing:
    names = ("version", "is_published", "last_modification_timestamp", "base_version", "version_title",
             "version_description")  # fmt: skip
    return {name: version[name] for name in names if version.get(name) is not None}


ROUTES = [
    create_agent, read_agent, change_agent, list_agents, delete_agent, list_versions, create_version, publish_version,
    delete_version,
]  # fmt: skip
