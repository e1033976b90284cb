"""Retell LLMs: create, list, read, change, delete."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.ground import ApiRequest, account_of, object_of, world_of
from inspralv.sandbox.retell.lists import page_of
from inspralv.sandbox.retell.rules import llm_fields
from inspralv.sandbox.retell.store import Thing, new_id
from inspralv.sandbox.retell.versions import change, first, pick

_LOST = "The answer got lost on purpose"


@post("/create-retell-llm")
async def create_llm(request: ApiRequest) -> Thing:
    account, world = account_of(request), world_of(request)
    fields = llm_fields(await object_of(request), new=True)
    thing = world.store.add("llms", account, new_id("llm"), first(fields))
    if world.imp.lose_answer():
        raise ApiError(500, _LOST)
    return llm_shown(thing)


@get("/get-retell-llm/{llm_id:str}")
async def read_llm(request: ApiRequest, llm_id: FromPath[str]) -> Thing:
    thing = world_of(request).store.get("llms", account_of(request), llm_id)
    return llm_shown(thing, request.query_params.get("version"))


@patch("/update-retell-llm/{llm_id:str}")
async def change_llm(request: ApiRequest, llm_id: FromPath[str]) -> Thing:
    store = world_of(request).store
    thing = store.get("llms", account_of(request), llm_id)
    version = pick(thing, request.query_params.get("version"))
    fields = llm_fields(await object_of(request))
    if isinstance(fields.get("model_config"), dict):  # each of its keys replaces the one that was there
        fields["model_config"] = {**(version.get("model_config") or {}), **fields["model_config"]}
    change(version, fields, "LLM")
    store.save()
    return llm_shown(thing, version["version"])


@get("/v2/list-retell-llms")
async def list_llms(request: ApiRequest) -> Thing:
    found = world_of(request).store.list("llms", account_of(request))
    return page_of(found, dict(request.query_params), llm_shown)


@delete("/delete-retell-llm/{llm_id:str}")
async def delete_llm(request: ApiRequest, llm_id: FromPath[str]) -> None:
    account, store = account_of(request), world_of(request).store
    store.get("llms", account, llm_id)
    used = any(
        version["response_engine"].get("llm_id") == llm_id
        for agent in store.list("agents", account)
        for version in agent["_versions"]
    )
    if used and request.query_params.get("force_delete") != "true":
        raise ApiError(400, "Cannot delete LLM: it is still in use by an agent")
    store.remove("llms", account, llm_id)


def llm_shown(thing: Thing, ref: Any = None) -> Thing:
    version = pick(thing, ref)
    return {"llm_id": thing["_id"], **{name: value for name, value in version.items() if value is not None}}


ROUTES = [create_llm, read_llm, change_llm, list_llms, delete_llm]
