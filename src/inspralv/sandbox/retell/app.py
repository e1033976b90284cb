"""The emulated Retell as an application: the API, the gateway of web calls, and the developer's side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hmac import compare_digest
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.config.cors import CORSConfig

from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.retell import agents, calls, control, knowledge, llms, numbers, voices
from inspralv.sandbox.retell.errors import answer_error
from inspralv.sandbox.retell.gateway.routes import ALLOWED_HEADERS
from inspralv.sandbox.retell.gateway.routes import ROUTES as GATEWAY
from inspralv.sandbox.retell.gateway.sessions import Sessions
from inspralv.sandbox.retell.play import Play
from inspralv.sandbox.retell.world import World

_OUR_OWN = ("/_sandbox", "/_recordings", "/_previews", "/webrtc-proxy")


def create_retell(options: SandboxOptions) -> Litestar:
    """Return an emulated Retell of its own."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        world = app.state.world = World(options)

        def lobby(call_id: str, token: str) -> Play | None:
            return waiting(world, call_id, token)

        app.state.gateway = Sessions(lobby, lambda: world.speed)
        yield
        await app.state.gateway.close()
        await world.close()

    return Litestar(
        route_handlers=[
            *llms.ROUTES,
            *agents.ROUTES,
            *calls.ROUTES,
            *numbers.ROUTES,
            *voices.ROUTES,
            *knowledge.ROUTES,
            *GATEWAY,
            *control.ROUTES,
        ],
        lifespan=[lifespan],
        before_request=_before,
        cors_config=CORSConfig(allow_origins=["*"], allow_headers=list(ALLOWED_HEADERS)),
        exception_handlers={Exception: answer_error},
        openapi_config=None,
        logging_config=None,
    )


def waiting(world: World, call_id: str, token: str) -> Play | None:
    """Return the call that waits for a browser with this token."""
    play = world.plays.get(call_id)
    expected = str(play.call.get("access_token") or "") if play else ""
    if play is None or play.over.is_set() or not expected or not compare_digest(expected.encode(), token.encode()):
        return None
    play.knock()
    return play


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
