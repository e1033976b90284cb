"""The ground of every test: a private PostgreSQL, a fresh copy of the world per module, the real application over HTTP."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from tests import world
from tests.house import recorder
from tests.ports import free_port

from inspralv.assembly import build_app, dsns_of, open_services
from inspralv.foundation.db import migrate, statements
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.foundation.jobs.worker import run_worker
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.services import Services
from inspralv.sandbox.app import create_sandbox
from inspralv.sandbox.options import ACME as ACME_ACCOUNT
from inspralv.sandbox.options import SandboxOptions
from inspralv.settings import Settings, load_settings
from inspralv.worker import queue_of

_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
_TEMPLATE = "world"


_LONG = ("journeys", "isolation", "fuzz")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders with the long files come first: a worker that meets one at the end works on alone."""
    items.sort(key=lambda item: not any(folder in item.path.parts for folder in _LONG))


# One address for the whole test process, known before any settings are made. The sandbox's name server has the next port.
SANDBOX_PORT = free_port(2, keep=True)
SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
NAMES_PORT = SANDBOX_PORT + 1


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A PostgreSQL of this test process."""
    with tempfile.TemporaryDirectory(prefix="inspralv-test-", dir="/tmp") as folder:  # noqa: S108 - the socket path must be short
        Path(folder).chmod(0o755)
        with EmbeddedServer.start(Path(folder) / "pg", options=_FAST) as running:
            yield running


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """The database that every module's copy is made of: migrated, with the cast in it."""
    server.ensure_database(_TEMPLATE)
    dsns = settings_for(server.dsn(_TEMPLATE), 0, Path("/nonexistent"))
    migrate.upgrade(dsns_of(dsns))
    asyncio.run(world.settle(dsns_of(dsns).owner))
    return _TEMPLATE


@pytest.fixture(scope="module")
async def settings(
    server: EmbeddedServer, template: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    """Settings of a database that belongs to this module alone. A module-level `ENVIRON` adds settings."""
    name = f"copy_{abs(hash(request.node.nodeid)) % 10**10}"
    admin = await asyncpg.connect(server.dsn("postgres"))
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    environ = getattr(request.module, "ENVIRON", {})
    yield settings_for(server.dsn(name), free_port(), tmp_path_factory.mktemp("data"), environ)
    with suppress(asyncpg.PostgresError):
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="module")
def dsns(settings: Settings) -> Dsns:
    """The database's addresses by role."""
    return dsns_of(settings)


@pytest.fixture(scope="module")
async def site(settings: Settings) -> AsyncIterator[Site]:
    """The application, served over real HTTP on a port of its own."""
    async with serve(settings) as running:
        yield running


@pytest.fixture(scope="module")
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The shared machinery as a job sees it, for tests below the HTTP level."""
    async with open_services(settings, listen=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def work(settings: Settings, services: Services) -> Callable[[], Any]:
    """`await work()` runs every waiting job, and those that these bring about, one after the other, so that the mails of
    each come in their order; then it returns."""

    async def run() -> None:
        for _ in range(20):
            await run_worker(queue_of(settings, services), 1, wait=False)
            if not await _jobs_due(dsns_of(settings).owner):
                return
        raise AssertionError("jobs bring about jobs without an end")

    return run


async def _jobs_due(owner_dsn: str) -> bool:
    """Whether jobs could run now. A worker that does not wait leaves those behind that were held by a running one."""
    owner = await asyncpg.connect(owner_dsn)
    try:
        return bool(
            await owner.fetchval(
                "SELECT EXISTS (SELECT FROM queue.procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now())"
            )
        )
    finally:
        await owner.close()


class Site:
    """The running application. `as_(person)` is an HTTP client on that person's host, signed in."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.port = settings.web.port
        self._clients: list[httpx.AsyncClient] = []

    def url(self, host: str, path: str = "") -> str:
        return f"http://{host}:{self.port}{path}"

    def at(self, host: str, **options: Any) -> httpx.AsyncClient:
        """A client that nobody is signed in with."""
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"host": f"{host}:{self.port}", **options.pop("headers", {})},
            timeout=20,
            limits=httpx.Limits(max_keepalive_connections=0),  # the server serves 128 at a time
            verify=certificates(),
            **options,
        )
        self._clients.append(client)
        return client

    def as_(self, person: world.Cast, **options: Any) -> httpx.AsyncClient:
        """A client signed in as a person of the cast."""
        headers = {"cookie": f"session={person.token}", **options.pop("headers", {})}
        return self.at(person.host, headers=headers, **options)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@asynccontextmanager
async def serve(settings: Settings) -> AsyncIterator[Site]:
    """Serve an application on its settings' port for the length of a block."""
    granian = Server(
        build_app(settings),
        address="127.0.0.1",
        port=settings.web.port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_enabled=False,
    )
    running = asyncio.create_task(granian.serve())
    site = Site(settings)
    try:
        await _until_it_answers(settings.web.port, running)
        yield site
    finally:
        await site.close()
        granian.stop()
        with suppress(asyncio.CancelledError):
            await running


async def _until_it_answers(port: int, running: asyncio.Task[None]) -> None:
    for _ in range(400):
        if running.done():
            running.result()
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.025)
    raise AssertionError("the server did not answer")


def settings_for(database_url: str, port: int, data_dir: Path, environ: dict[str, str] | None = None) -> Settings:
    return load_settings(
        {
            "INSPRALV_MODE": "test",
            "DATABASE_URL": database_url,
            "INSPRALV_PORT": str(port or 1),
            "INSPRALV_DATA_DIR": str(data_dir),
            "INSPRALV_DB_POOL_SIZE": "5",
            "INSPRALV_LOG_LEVEL": "warning",
            "INSPRALV_PROVIDER_URLS": f"*={SANDBOX_URL}/*",
            "INSPRALV_DNS_SERVERS": f"127.0.0.1:{NAMES_PORT}",
            **(environ or {}),
        }
    )


class Sandbox:
    """The provider sandbox of this test process, and its developer's side."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.account = ACME_ACCOUNT
        self.private_key = self.account.private_key
        self.public_key = self.account.public_key
        self.phone_number_id = self.account.phone_number_id
        headers = {"authorization": f"Bearer {self.private_key}"}
        self.api = httpx.AsyncClient(base_url=url, headers=headers, timeout=20, verify=certificates())

    async def mischief(self, **plan: Any) -> None:
        """Misbehave from now on; without arguments, behave."""
        (await self.api.post("/_sandbox/mischief", json=plan)).raise_for_status()

    async def reset(self) -> None:
        (await self.api.post("/_sandbox/reset")).raise_for_status()

    async def deliveries(self) -> list[dict[str, Any]]:
        return (await self.api.get("/_sandbox/deliveries")).json()  # type: ignore[no-any-return]

    async def requests(self) -> list[dict[str, Any]]:
        return (await self.api.get("/_sandbox/requests")).json()  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox that plays calls as fast as it can. Every module's settings name its address."""
    app = create_sandbox(SandboxOptions(SANDBOX_URL, speed=0, dns_port=NAMES_PORT))
    granian = Server(
        app, address="127.0.0.1", port=SANDBOX_PORT, interface=Interfaces.ASGI, websockets=True, log_enabled=False
    )
    running = asyncio.create_task(granian.serve())
    await _until_it_answers(SANDBOX_PORT, running)
    opened = Sandbox(f"{SANDBOX_URL}/vapi")
    yield opened
    await opened.api.aclose()
    granian.stop()
    with suppress(asyncio.CancelledError):
        await running


@pytest.fixture(scope="session", autouse=True)
def fences() -> Iterator[None]:
    """Every statement of the run is looked at; one that forgets its tenant fails the run."""
    statements.observers.append(recorder.look)
    yield
    statements.observers.remove(recorder.look)
    assert recorder.broken == []
