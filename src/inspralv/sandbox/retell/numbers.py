"""Telephone numbers: bought, imported, bound, released. Their ids are the numbers themselves."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.accounts import Account
from inspralv.sandbox.retell.ground import ApiRequest, account_of, object_of, world_of
from inspralv.sandbox.retell.lists import page_of
from inspralv.sandbox.retell.rules import e164, number_fields
from inspralv.sandbox.retell.store import Store, Thing, now_ms, shown
from inspralv.sandbox.retell.versions import pick

_SECRETS = {"auth_password", "auth_username", "termination_uri", "transport", "codecs"}
_TRANSPORTS = {"TCP", "UDP", "TLS"}
_USUAL_AREA = 415


@post("/create-phone-number")
async def buy_number(request: ApiRequest) -> Thing:
    account, store, body = account_of(request), world_of(request).store, await object_of(request)
    area = body.get("area_code") or _USUAL_AREA
    number = body.get("phone_number") or _free_number(store, str(area))
    provider = body.get("number_provider") or "twilio"
    return _keep(store, account, number, {"phone_number_type": f"retell-{provider}", "area_code": int(area)}, body)


@post("/import-phone-number")
async def import_number(request: ApiRequest) -> Thing:
    account, world, body = account_of(request), world_of(request), await object_of(request)
    number = e164(body, "phone_number")
    if not body.get("termination_uri"):
        raise ApiError(400, "termination_uri is required")
    trunk = {"termination_uri": body["termination_uri"], "auth_username": body.get("sip_trunk_auth_username")}
    trunk |= {"transport": _transport(body), "codecs": body.get("codecs")}
    kept = {name: value for name, value in trunk.items() if value is not None}
    return _keep(world.store, account, number, {"phone_number_type": "custom", "sip_outbound_trunk_config": kept}, body)


@get("/v2/list-phone-numbers")
async def list_numbers(request: ApiRequest) -> Thing:
    found = world_of(request).store.list("numbers", account_of(request))
    return page_of(found, dict(request.query_params), shown)


@get("/get-phone-number/{number:str}")
async def read_number(request: ApiRequest, number: FromPath[str]) -> Thing:
    return shown(world_of(request).store.get("numbers", account_of(request), number))


@patch("/update-phone-number/{number:str}")
async def change_number(request: ApiRequest, number: FromPath[str]) -> Thing:
    account, store = account_of(request), world_of(request).store
    line = store.get("numbers", account, number)
    body = await object_of(request)
    fields = number_fields(body)
    _check_agents(store, account, fields)
    if _SECRETS & set(fields) and "sip_outbound_trunk_config" in line:
        trunk = {name: fields[name] for name in ("termination_uri", "auth_username", "codecs") if name in fields}
        line["sip_outbound_trunk_config"] |= trunk | {"transport": _transport(body)}
    line |= {name: value for name, value in fields.items() if name not in _SECRETS}
    line["last_modification_timestamp"] = now_ms()
    store.save()
    return shown(line)


@delete("/delete-phone-number/{number:str}")
async def delete_number(request: ApiRequest, number: FromPath[str]) -> None:
    world_of(request).store.remove("numbers", account_of(request), number)


def _keep(store: Store, account: Account, number: str, known: Thing, body: Thing) -> Thing:
    if store.find("numbers", number) is not None:
        raise ApiError(400, f"phone_number {number} is already in use")
    fields = number_fields(body)
    _check_agents(store, account, fields)
    common = {name: value for name, value in fields.items() if name not in _SECRETS}
    named = {"phone_number": number, "phone_number_pretty": number, "last_modification_timestamp": now_ms()}
    return shown(store.add("numbers", account, number, {**common, **known, **named}))


def _check_agents(store: Store, account: Account, fields: Thing) -> None:
    """Raises ApiError(422) for agents or versions that do not exist."""
    for name in ("inbound_agents", "outbound_agents"):
        for one in fields.get(name) or ():
            pick(store.get("agents", account, one.get("agent_id")), one.get("agent_version"))


def _transport(body: Thing) -> str:
    value: Any = body.get("transport") or "TCP"
    if value not in _TRANSPORTS:
        raise ApiError(400, "transport must be one of TCP, UDP, TLS")
    return str(value)


def _free_number(store: Store, area: str) -> str:
    """Return the first number, of those that fiction may use, that nobody has."""
    for last in range(100, 200):
        if store.find("numbers", number := f"+1{area}5550{last}") is None:
            return number
    raise ApiError(400, "There is no number left in this area_code")


ROUTES = [buy_number, import_number, list_numbers, read_number, change_number, delete_number]
