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
from litestar.enums import ScopeType
from litestar.types import Message, Receive, Scope, Send

from inspralv.sandbox.dns import NameServer, serve_names
from inspralv.sandbox.dns_control import control_of
from inspralv.sandbox.mischief import Imp
from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.retell.app import create_retell
from inspralv.sandbox.synthflow.app import create_synthflow
from inspralv.sandbox.vapi.app import create_vapi

EMULATORS: Mapping[str, Callable[[SandboxOptions], Litestar]] = {
    "vapi": create_vapi,
    "synthflow": create_synthflow,
    "retell": create_retell,
}

_HANDED_DOWN = "SANDBOX_OPTIONS"  # the server's process gets the options through its environment


class HasDataDir(Protocol):
    """The settings that the sandbox wants."""

    @property
    def data_dir(self) -> Path: ...

    @property
    def stand_in_dns_port(self) -> int: ...


def create_sandbox(options: SandboxOptions) -> Litestar:
    """Return a sandbox of its own. Each emulator has the options with an address and a data file of its own."""
    parts = {name: make(options.of(name)) for name, make in EMULATORS.items()}
    names = NameServer(options.data_file.with_stem(f"{options.data_file.stem}-dns") if options.data_file else None)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if options.dns_port:
                await stack.enter_async_context(serve_names(names, "127.0.0.1", options.dns_port))
            for part in parts.values():
                await stack.enter_async_context(part.lifespan())
            yield

    return Litestar(
        route_handlers=[
            *(asgi(f"/{name}", is_mount=True, copy_scope=True)(_below(part)) for name, part in parts.items()),
            *control_of(names),
        ],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )


def _below(part: Litestar) -> Any:
    """Hand a request to its emulator, and its answer to the emulator's imp, which may spoil it."""

    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        imp: Imp = part.state.world.imp
        spoils = scope["type"] == ScopeType.HTTP and "/_" not in scope["path"]
        await part(scope, receive, _spoiled(imp, send) if spoils else send)

    return pass_on


def _spoiled(imp: Imp, send: Send) -> Send:
    """Rewrite JSON answers; the emulators send each in one piece."""
    starts: list[Message] = []

    async def rewrite(message: Message) -> None:
        if message["type"] == "http.response.start" and b"json" in dict(message["headers"]).get(b"content-type", b""):
            starts.append(message)
        elif message["type"] == "http.response.body" and starts:
            start, body = starts.pop(), imp.rewrite(message["body"])
            headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]  # type: ignore[typeddict-item]
            start["headers"] = [*headers, (b"content-length", str(len(body)).encode())]  # type: ignore[typeddict-unknown-key]
            await send(start)
            await send({**message, "body": body})
        else:
            await send(message)

    return rewrite


def serve(settings: HasDataDir, host: str, port: int) -> None:
    """Serve the demo's sandbox until SIGTERM or SIGINT. State is kept in the data folder."""
    options = SandboxOptions(
        public_url=f"http://localhost:{port}", data_file=settings.data_dir / "sandbox.json",
        dns_port=settings.stand_in_dns_port,
    )  # fmt: skip
    os.environ[_HANDED_DOWN] = msgspec.json.encode(options, enc_hook=str).decode()
    Granian(
        "inspralv.sandbox.app:create_served", factory=True, interface=Interfaces.ASGI, address=host, port=port, workers=1,
        loop=Loops.uvloop, websockets=True, log_access=False,
    ).serve()  # fmt: skip


def create_served() -> Litestar:
    """Factory for the server: a sandbox with the options that `serve` handed down."""
    text = os.environ[_HANDED_DOWN]
    return create_sandbox(msgspec.json.decode(text, type=SandboxOptions, dec_hook=lambda _kind, value: Path(value)))
