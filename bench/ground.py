"""The ground of every benchmark: a private PostgreSQL, the application's settings, and people to sign in as."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from inspralv.assembly import dsns_of
from inspralv.foundation.db import migrate
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import world  # noqa: E402 - the cast of the tests is the cast here

TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ground(**options: str) -> Iterator[Settings]:
    """A migrated database with the cast of the tests; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer.start(Path(folder) / "pg", options={"max_connections": "60", **options}) as server:
            server.ensure_database("bench")
            settings = load_settings(environment(server.dsn("bench"), folder))
            migrate.upgrade(dsns_of(settings))
            asyncio.run(world.settle(dsns_of(settings).owner))
            yield settings


def environment(database_url: str, folder: str) -> dict[str, str]:
    return {
        "INSPRALV_MODE": "test",
        "DATABASE_URL": database_url,
        "INSPRALV_DATA_DIR": f"{folder}/data",
        "INSPRALV_PORT": str(free_port()),
        "INSPRALV_LOG_LEVEL": "error",
        "INSPRALV_DB_POOL_SIZE": "8",
    }


@contextmanager
def served(target: str, port: int, extra: dict[str, str], core: int) -> Iterator[int]:
    """Serve an application factory with Granian in a process of its own, pinned to one core; yields its pid."""
    command = [
        "taskset",
        "-c",
        str(core),
        str(Path(sys.executable).parent / "granian"),
        target,
        "--factory",
        "--interface",
        "asgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--loop",
        "uvloop",
        "--http",
        "1",
        "--no-ws",
        "--no-log",
    ]
    process = subprocess.Popen(command, env={**os.environ, **extra, "PYTHONPATH": f"{ROOT}:{ROOT / 'bench'}"}, cwd=ROOT)  # noqa: S603 - our own words
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.025)
        time.sleep(0.5)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children, in seconds."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(folder.name) == pid or int(fields[1]) == pid:
                total += int(fields[11]) + int(fields[12])
    return total / TICKS


async def load(port: int, path: str, headers: dict[str, str], requests: int, connections: int = 4) -> float:
    """Send GET requests over keep-alive connections; return the seconds it took. Raises AssertionError on any answer but 200."""
    return await ask(port, [(get_request(path, headers), 200)] * requests, connections)


def get_request(path: str, headers: dict[str, str]) -> bytes:
    """A GET request as it is sent."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


async def ask(port: int, requests: Sequence[tuple[bytes, int]], connections: int = 4) -> float:
    """Send requests over keep-alive connections; return the seconds it took. Raises AssertionError where the status is not
    the one that stands beside the request."""

    async def one(part: Sequence[tuple[bytes, int]]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for message, status in part:
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d" % status), head
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(length)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(requests[n::connections]) for n in range(connections)))
    return time.perf_counter() - began
