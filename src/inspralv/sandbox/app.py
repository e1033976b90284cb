"""The sandbox as an ASGI application: one emulated vendor below each first part of a path, and how it is served."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import msgspec
from granian import Granian
from granian.constants import Interfaces, Loops
from litestar import Litestar, asgi
from litestar.types import ASGIApp, Receive, Scope, Send

from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.vapi.app import create_vapi

EMULATORS: Mapping[str, Callable[[SandboxOptions], Litestar]] = {"vapi": create_vapi}

_HANDED_DOWN = "SANDBOX_OPTIONS"  # the server's process gets the options through its environment


class HasDataDir(Protocol):
    """The one setting the sandbox wants."""

    @property
    def data_dir(self) -> Path: ...


def create_sandbox(options: SandboxOptions) -> Litestar:
    """Return a sandbox of its own. Each emulator has the options with an address and a data file of its own."""
    parts = {name: make(options.of(name)) for name, make in EMULATORS.items()}

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in parts.values():
                await stack.enter_async_context(part.lifespan())
            yield

    return Litestar(
        route_handlers=[asgi(f"/{name}", is_mount=True, copy_scope=True)(_below(part)) for name, part in parts.items()],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )


def _below(part: ASGIApp) -> Any:
    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        await part(scope, receive, send)

    return pass_on


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
