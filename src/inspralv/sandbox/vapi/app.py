"""The emulated Vapi as an application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.config.cors import CORSConfig

from inspralv.sandbox import control
from inspralv.sandbox.errors import answer_error
from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.vapi import assistants, calls, credentials, others, recordings, web_calls
from inspralv.sandbox.vapi.placing import resume
from inspralv.sandbox.world import World

_OUR_OWN = ("/_sandbox", "/_recordings", "/web-call")


def create_vapi(options: SandboxOptions) -> Litestar:
    """Return an emulated Vapi of its own."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        app.state.world = World(options)
        resume(app.state.world)
        yield
        await app.state.world.close()

    return Litestar(
        route_handlers=[
            *assistants.ROUTES,
            *calls.ROUTES,
            *recordings.ROUTES,
            *web_calls.ROUTES,
            *others.ROUTES,
            *credentials.ROUTES,
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
