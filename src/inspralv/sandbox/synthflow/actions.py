"""/actions: what assistants can do during a call."""

from __future__ import annotations

import uuid

from litestar import delete, get, post, put
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.ground import ApiRequest, account_of, answer, object_of, one_of, page_of, world_of
from inspralv.sandbox.synthflow.rules import ACTIONS, new_action
from inspralv.sandbox.synthflow.store import Thing, shown


@post("/actions", status_code=200)
async def create_action(request: ApiRequest) -> Thing:
    account, world = account_of(request), world_of(request)
    kind, content = new_action(await object_of(request))
    action_id = str(uuid.uuid4())
    world.store.add("actions", account, action_id, _action(action_id, kind, content))
    if world.imp.lose_answer():
        raise ApiError(500, "The answer got lost on purpose.")
    return answer({"action_id": action_id, "action_type": ACTIONS[kind]})


@get("/actions")
async def list_actions(request: ApiRequest) -> Thing:
    rows = world_of(request).store.list("actions", account_of(request))
    return page_of(request, "actions", [_shown(one) for one in rows])


@get("/actions/{action_id:str}")
async def read_action(request: ApiRequest, action_id: FromPath[str]) -> Thing:
    return one_of("actions", _shown(world_of(request).store.get("actions", account_of(request), action_id)))


@put("/actions/{action_id:str}")
async def change_action(request: ApiRequest, action_id: FromPath[str]) -> Thing:
    store = world_of(request).store
    thing = store.get("actions", account_of(request), action_id)
    kind, content = new_action(await object_of(request))
    thing |= _action(action_id, kind, content)
    store.save()
    return answer({"action_id": action_id, "action_type": ACTIONS[kind]})


@delete("/actions/{action_id:str}", status_code=200)
async def delete_action(request: ApiRequest, action_id: FromPath[str]) -> Thing:
    account, store = account_of(request), world_of(request).store
    store.remove("actions", account, action_id)
    for assistant in store.list("assistants", account):
        assistant["_actions"] = [one for one in assistant["_actions"] if one != action_id]
    store.save()
    return {"status": "ok"}


@post("/actions/attach", status_code=200)
async def attach_actions(request: ApiRequest) -> Thing:
    account, store = account_of(request), world_of(request).store
    assistant, wanted = await _asked(request)
    for action_id in wanted:
        store.get("actions", account, action_id)
    assistant["_actions"] = list(dict.fromkeys([*assistant["_actions"], *wanted]))
    store.save()
    return {"status": "ok"}


@post("/actions/detach", status_code=200)
async def detach_actions(request: ApiRequest) -> Thing:
    assistant, unwanted = await _asked(request)
    assistant["_actions"] = [one for one in assistant["_actions"] if one not in unwanted]
    world_of(request).store.save()
    return {"status": "ok"}


async def _asked(request: ApiRequest) -> tuple[Thing, list[str]]:
    account = account_of(request)
    body = await object_of(request)
    if not body.get("model_id"):
        raise ApiError(400, "model_id is required.")
    assistant = world_of(request).store.get("assistants", account, str(body["model_id"]))
    return assistant, [str(one) for one in body.get("actions") or ()]


def _action(action_id: str, kind: str, content: Thing) -> Thing:
    return {
        "action_id": action_id, "action_type": ACTIONS[kind], "name": str(content.get("name") or ACTIONS[kind]),
        "description": str(content.get("description") or content.get("instructions") or ""),
        "parameters_hard_coded": content, "_kind": kind,
    }  # fmt: skip


def _shown(action: Thing) -> Thing:
    """A secret is not told again."""
    content = {**action["parameters_hard_coded"]}
    if "custom_auth" in content:
        content["custom_auth"] = {**content["custom_auth"], "value": "***"}
    return {**shown(action), "parameters_hard_coded": content}


ROUTES = [
    create_action, list_actions, read_action, change_action, delete_action, attach_actions, detach_actions,
]  # fmt: skip
