"""The emulated Synthflow as an application: the API in its three regions, the widget's host, and what needs no key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.config.cors import CORSConfig

from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.synthflow import actions, assistants, calls, control, logs, numbers, voices, widget
from inspralv.sandbox.synthflow.errors import answer_error
from inspralv.sandbox.synthflow.ground import REGIONS
from inspralv.sandbox.synthflow.world import World

_OUR_OWN = ("/_sandbox", "/_recordings", "/_previews")
_API = [
    *assistants.ROUTES, *calls.ROUTES, *actions.ROUTES, *numbers.ROUTES, *voices.ROUTES, *logs.ROUTES,
]  # fmt: skip


def create_synthflow(options: SandboxOptions) -> Litestar:
    """Return an emulated Synthflow of its own."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        app.state.world = World(options)
        yield
        await app.state.world.close()

    hosts = ["", *(f"/{region}" for region in REGIONS)]
    return Litestar(
        route_handlers=[
            *(Router(f"{host}/v2", route_handlers=_API) for host in hosts),
            *(Router(host or "/", route_handlers=widget.ROUTES) for host in hosts),
            *widget.OPEN_ROUTES,
            *calls.OPEN_ROUTES,
            *voices.OPEN_ROUTES,
            *control.ROUTES,
        ],
        lifespan=[lifespan],
        before_request=_before,
        cors_config=CORSConfig(allow_origins=["*"], allow_headers=["authorization", "content-type"]),
        exception_handlers={Exception: answer_error},
        openapi_config=None,
        logging_config=None,
    )


async def _before(request: Request[Any, Any, Any]) -> None:
    """Note the request and carry out the mischief that concerns it."""
    path = request.url.path
    if path.startswith(_OUR_OWN):
        return
    world: World = request.app.state.world
    body = await request.body()
    try:
        read = msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        read = None
    asked = {"method": request.method, "path": path, "query": dict(request.query_params), "body": read}
    world.store.requests.append(asked)
    if world.imp.plan.slow_seconds:
        await asyncio.sleep(world.imp.plan.slow_seconds)
    world.imp.refuse(request.method, path)
