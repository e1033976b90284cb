"""The sandbox as an ASGI application, and how it is served."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec
from granian import Granian
from granian.constants import Interfaces, Loops
from litestar import Litestar, Request
from litestar.config.cors import CORSConfig

from inspralv.sandbox import control
from inspralv.sandbox.errors import answer_error
from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.vapi import assistants, calls, others, recordings, web_calls
from inspralv.sandbox.vapi.placing import resume
from inspralv.sandbox.world import World

_OUR_OWN = ("/_sandbox", "/_recordings", "/web-call")
_HANDED_DOWN = "SANDBOX_OPTIONS"  # the server's process gets the options through its environment


class HasDataDir(Protocol):
    """The one setting the sandbox wants."""

    @property
    def data_dir(self) -> Path: ...


def create_sandbox(options: SandboxOptions) -> Litestar:
    """Return a sandbox of its own."""

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


def serve(settings: HasDataDir, host: str, port: int) -> None:
    """Serve the demo's sandbox until SIGTERM or SIGINT. State is kept in the data folder."""
    options = SandboxOptions(public_url=f"http://localhost:{port}", data_file=settings.data_dir / "sandbox.json")
    os.environ[_HANDED_DOWN] = msgspec.json.encode(options, enc_hook=str).decode()
    Granian(
        "inspralv.sandbox.app:create_served", factory=True, interface=Interfaces.ASGI, address=host, port=port, workers=1,
        loop=Loops.uvloop, websockets=True, log_access=False,
    ).serve()  # fmt: skip


def create_served() -> Litestar:
    """Factory for the server: a sandbox with the options that `serve` handed down."""
    text = os.environ[_HANDED_DOWN]
    return create_sandbox(msgspec.json.decode(text, type=SandboxOptions, dec_hook=lambda _kind, value: Path(value)))
