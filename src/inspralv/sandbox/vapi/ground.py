"""What every endpoint needs from a request."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.options import Account
from inspralv.sandbox.world import World

ApiRequest = Request[Any, Any, Any]


def world_of(request: ApiRequest) -> World:
    world: World = request.app.state.world
    return world


def account_of(request: ApiRequest, *, public: bool = False) -> Account:
    """Return the account whose key the request carries. Raises ApiError(401)."""
    return world_of(request).store.account_of(request.headers.get("authorization"), public=public)


async def body_of(request: ApiRequest) -> Any:
    """Return the decoded JSON body. Raises ApiError(400)."""
    try:
        return msgspec.json.decode(await request.body() or b"{}")
    except msgspec.DecodeError as error:
        raise ApiError(400, f"Unexpected token in JSON: {error}") from None


async def object_of(request: ApiRequest) -> dict[str, Any]:
    """Return the decoded JSON body, which has to be an object. Raises ApiError(400)."""
    body = await body_of(request)
    if not isinstance(body, dict):
        raise ApiError(400, ["body must be an object"])
    return body
