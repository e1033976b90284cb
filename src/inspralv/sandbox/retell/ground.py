"""What every endpoint needs from a request."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.accounts import Account
from inspralv.sandbox.retell.store import Thing
from inspralv.sandbox.retell.world import World

ApiRequest = Request[Any, Any, Any]
BAD_BODY = "Invalid request format, please check API reference."


def world_of(request: ApiRequest) -> World:
    world: World = request.app.state.world
    return world


def account_of(request: ApiRequest) -> Account:
    """Return the account whose key the request carries. Raises ApiError(401)."""
    return world_of(request).store.account_of(request.headers.get("authorization"))


async def object_of(request: ApiRequest) -> Thing:
    """Return the decoded JSON body, which has to be an object. Raises ApiError(400)."""
    try:
        body = msgspec.json.decode(await request.body() or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ApiError(400, BAD_BODY) from None
    if not isinstance(body, dict):
        raise ApiError(400, BAD_BODY)
    return body
