"""/numbers and /custom-numbers."""

from __future__ import annotations

import uuid

from litestar import delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.accounts import Account
from inspralv.sandbox.synthflow.assistants import loose
from inspralv.sandbox.synthflow.ground import (
    ApiRequest,
    account_of,
    answer,
    object_of,
    page_of,
    workspace_of,
    world_of,
)
from inspralv.sandbox.synthflow.rules import new_number
from inspralv.sandbox.synthflow.store import Store, Thing

_CHANGEABLE = {
    "friendly_name", "provider_name", "trunk_username", "sip_outbound_proxy", "sip_auth_username", "uac_enabled",
    "uac_register_expires", "sip_term_uri",
}  # fmt: skip


@get("/numbers")
async def list_numbers(request: ApiRequest) -> Thing:
    account, store = workspace_of(request), world_of(request).store
    rows = [
        {"number": one["number"], "sid": None, "is_available": not _used(store, account, one["number"])}
        for one in store.list("numbers", account)
    ]
    return page_of(request, "phone_numbers", rows)


@get("/numbers/{slug:str}")
async def read_number(request: ApiRequest, slug: FromPath[str]) -> Thing:
    """Not enveloped."""
    account, store = workspace_of(request), world_of(request).store
    line = store.get("numbers", account, slug)
    used = _used(store, account, line["number"])
    return {
        "slug": slug, "phone_number": line["number"], "friendly_name": line.get("friendly_name") or "",
        "is_sms_capable": False, "is_voice_capable": True, "iso_country": "US",
        "provider_name": line.get("provider_name") or "custom", "sip_term_uri": line.get("termination_uri") or "",
        "sip_outbound_proxy": line.get("sip_outbound_proxy"), "sip_auth_username": line.get("sip_auth_username"),
        "is_available": not used, "workspace_id": account.id, "assistants": used,
    }  # fmt: skip


@patch("/numbers/{slug:str}")
async def change_number(request: ApiRequest, slug: FromPath[str]) -> Thing:
    store = world_of(request).store
    line = store.get("numbers", account_of(request), slug)
    body = await object_of(request)
    line |= {name: value for name, value in body.items() if name in _CHANGEABLE}
    store.save()
    return {"status": "ok"}


@delete("/numbers/{slug:str}", status_code=200)
async def delete_number(request: ApiRequest, slug: FromPath[str]) -> Thing:
    """It is detached from every assistant, too."""
    account, store = account_of(request), world_of(request).store
    line = store.remove("numbers", account, slug)
    for assistant in store.list("assistants", account):
        loose(store, assistant, line["number"])
    return {"status": "ok"}


@post("/custom-numbers", status_code=200)
async def import_number(request: ApiRequest) -> Thing:
    account, store = account_of(request), world_of(request).store
    body = new_number(await object_of(request))
    if body["workspace_id"] != account.id:
        raise ApiError(403, "This workspace is not allowed.")
    slug = body["phone_number"].removeprefix("+")
    if store.find("numbers", slug) is not None:
        raise ApiError(400, "phone_number is known already.")
    kept = {name: value for name, value in body.items() if name not in {"workspace_id", "phone_number", "trunk_pwd"}}
    store.add("numbers", account, slug, {"number": body["phone_number"], **kept})
    return answer({"key": str(uuid.uuid4()), "phone_number": body["phone_number"]})


def _used(store: Store, account: Account, number: str) -> list[str]:
    return [one["model_id"] for one in store.list("assistants", account) if number in one["_numbers"]]


ROUTES = [list_numbers, read_number, change_number, delete_number, import_number]
