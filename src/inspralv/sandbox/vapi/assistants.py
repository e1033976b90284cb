"""/assistant: create, list, read, change, delete."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.rules import check_assistant
from inspralv.sandbox.vapi.ground import ApiRequest, account_of, body_of, world_of

Thing = dict[str, Any]


@post("/assistant")
async def create_assistant(request: ApiRequest) -> Thing:
    account = account_of(request)
    world = world_of(request)
    thing = world.store.add("assistants", account, {**check_assistant(await body_of(request)), "latestVersion": None})
    if world.imp.lose_answer():
        raise ApiError(500, "The answer got lost on purpose")
    return thing


@get("/assistant")
async def list_assistants(request: ApiRequest) -> list[Thing]:
    return world_of(request).store.list("assistants", account_of(request), dict(request.query_params))


@get("/assistant/{assistant_id:str}")
async def read_assistant(request: ApiRequest, assistant_id: FromPath[str]) -> Thing:
    return world_of(request).store.get("assistants", account_of(request), assistant_id)


@patch("/assistant/{assistant_id:str}")
async def change_assistant(request: ApiRequest, assistant_id: FromPath[str]) -> Thing:
    account = account_of(request)
    return world_of(request).store.change("assistants", account, assistant_id, check_assistant(await body_of(request)))


@delete("/assistant/{assistant_id:str}", status_code=200)
async def delete_assistant(request: ApiRequest, assistant_id: FromPath[str]) -> Thing:
    return world_of(request).store.remove("assistants", account_of(request), assistant_id)


ROUTES = [create_assistant, list_assistants, read_assistant, change_assistant, delete_assistant]
