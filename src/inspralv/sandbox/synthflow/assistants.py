"""/assistants: create, list, read, change, delete, and the numbers they call from."""

from __future__ import annotations

import uuid

from litestar import delete, get, post, put
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.ground import ApiRequest, account_of, answer, object_of, one_of, page_of, world_of
from inspralv.sandbox.synthflow.rules import changed_assistant, new_assistant
from inspralv.sandbox.synthflow.store import Store, Thing, shown


@post("/assistants", status_code=200)
async def create_assistant(request: ApiRequest) -> Thing:
    account, world = account_of(request), world_of(request)
    kept = new_assistant(await object_of(request))
    number = kept.get("phone_number")
    if number:
        world.store.get("numbers", account, _slug(number))
    model_id = str(uuid.uuid4())
    thing = {"model_id": model_id, **kept, "_actions": [], "_numbers": [number] if number else []}
    world.store.add("assistants", account, model_id, thing)
    if world.imp.lose_answer():
        raise ApiError(500, "The answer got lost on purpose.")
    details = {"phone": number or "", "voice": kept["agent"].get("voice_id", "")}
    return {**answer({"model_id": model_id}), "details": details}


@get(["/assistants", "/assistants/"])
async def list_assistants(request: ApiRequest) -> Thing:
    rows = world_of(request).store.list("assistants", account_of(request))
    return page_of(request, "assistants", [_shown(one, actions=False) for one in rows])


@get("/assistants/{model_id:str}")
async def read_assistant(request: ApiRequest, model_id: FromPath[str]) -> Thing:
    thing = world_of(request).store.get("assistants", account_of(request), model_id)
    return one_of("assistants", _shown(thing, actions=request.query_params.get("include_actions") == "true"))


@put("/assistants/{model_id:str}")
async def change_assistant(request: ApiRequest, model_id: FromPath[str]) -> Thing:
    """Only the given fields change, in the agent too."""
    account, store = account_of(request), world_of(request).store
    thing = store.get("assistants", account, model_id)
    kept = changed_assistant(await object_of(request))
    number = kept.get("phone_number")
    if number:
        store.get("numbers", account, _slug(number))
        thing["_numbers"] = list(dict.fromkeys([*thing["_numbers"], number]))
    thing["agent"] |= kept.pop("agent", {})
    thing |= kept
    store.save()
    return answer({"model_id": model_id})


@delete("/assistants/{model_id:str}", status_code=200)
async def delete_assistant(request: ApiRequest, model_id: FromPath[str]) -> Thing:
    world_of(request).store.remove("assistants", account_of(request), model_id)
    return answer({"answer": "Assistant deleted"})


@put("/assistants/{model_id:str}/phone_numbers")
async def attach_numbers(request: ApiRequest, model_id: FromPath[str]) -> Thing:
    account, store = account_of(request), world_of(request).store
    thing = store.get("assistants", account, model_id)
    body = await object_of(request)
    slugs = [_slug(str(one)) for one in body.get("phone_numbers") or body.get("phone_number_slugs") or ()]
    if not slugs:
        raise ApiError(400, "phone_numbers is required.")
    thing["_numbers"] = [store.get("numbers", account, slug)["number"] for slug in dict.fromkeys(slugs)]
    store.save()
    return {"status": "ok"}


@delete("/assistants/{model_id:str}/phone_numbers/{slug:str}", status_code=200)
async def detach_number(request: ApiRequest, model_id: FromPath[str], slug: FromPath[str]) -> Thing:
    store = world_of(request).store
    thing = store.get("assistants", account_of(request), model_id)
    if f"+{slug}" not in thing["_numbers"]:
        raise ApiError(404, "Phone number not found.")
    loose(store, thing, f"+{slug}")
    return {"status": "ok"}


def loose(store: Store, assistant: Thing, number: str) -> None:
    """Take a number from an assistant, which may have it twice: as its own and among those it calls from."""
    assistant["_numbers"] = [one for one in assistant["_numbers"] if one != number]
    if assistant.get("phone_number") == number:
        del assistant["phone_number"]
    store.save()


def _shown(thing: Thing, *, actions: bool) -> Thing:
    attached = [{"number": number, "sid": None, "slug": _slug(number)} for number in thing["_numbers"]]
    more = {"attached_phone_numbers": attached, "actions": thing["_actions"] if actions else [], "input_variables": []}
    return {**shown(thing), **more}


def _slug(number: str) -> str:
    return number.removeprefix("+")


ROUTES = [
    create_assistant, list_assistants, read_assistant, change_assistant, delete_assistant, attach_numbers, detach_number,
]  # fmt: skip
