"""What every endpoint needs from a request, and the envelope of every answer."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.accounts import Account
from inspralv.sandbox.synthflow.store import Thing
from inspralv.sandbox.synthflow.world import World

ApiRequest = Request[Any, Any, Any]
REGIONS = ("us", "eu")
_MOST = 100


def world_of(request: ApiRequest) -> World:
    world: World = request.app.state.world
    return world


def account_of(request: ApiRequest) -> Account:
    """Return the account whose key the request carries. Raises ApiError(401)."""
    first = request.url.path.split("/")[1]
    region = first if first in REGIONS else "global"
    return world_of(request).store.account_of(request.headers.get("authorization"), region)


async def object_of(request: ApiRequest) -> Thing:
    """Return the decoded JSON body, which has to be an object. Raises ApiError(400)."""
    try:
        body = msgspec.json.decode(await request.body() or b"{}")
    except msgspec.DecodeError as error:
        raise ApiError(400, f"The body is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body must be an object.")
    return body


def answer(response: Any) -> Thing:
    return {"status": "ok", "response": response}


def page_of(request: ApiRequest, name: str, rows: list[Thing], usual: int = 20) -> Thing:
    """Return one page of a list. Raises ApiError(400) for a limit outside 1 to 100."""
    limit, offset = count(request, "limit", usual), count(request, "offset", 0)
    if not 1 <= limit <= _MOST:
        raise ApiError(400, "Limit must be between 1 and 100.")
    pages = {"total_records": len(rows), "limit": limit, "offset": offset}
    return answer({"pagination": pages, name: rows[offset : offset + limit]})


def one_of(name: str, thing: Thing) -> Thing:
    """A single object comes as a list of one."""
    return answer({"pagination": {"total_records": 1, "limit": 20, "offset": 0}, name: [thing]})


def count(request: ApiRequest, name: str, usual: int) -> int:
    text = request.query_params.get(name, str(usual))
    if not text.isdecimal():
        raise ApiError(400, f"{name} must be a number.")
    return int(text)


def workspace_of(request: ApiRequest, name: str = "workspace") -> Account:
    """Return the account, which has to be the one that is asked for. Raises ApiError(400 or 403)."""
    account = account_of(request)
    asked = request.query_params.get(name)
    if not asked:
        raise ApiError(400, f"{name} is required.")
    if asked != account.id:
        raise ApiError(403, "This workspace is not allowed.")
    return account
