"""Whose host is this? The cost of the answer with ten and with a hundred thousand domains.

    .venv/bin/python bench/hosts.py

Two installations that differ in the number of domains only, in turn. First the look-up alone as it is after a cache miss,
of names that are known and of names that are not. Then whole requests for the sign-in page under ten names, and under
names that no process has met before, so that each of them goes to the database: server CPU time per request on one pinned
core. The ratios of the medians are the figures; beyond the limit it ends with 1.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

from ground import ask, cpu_seconds, free_port, get_request, ground, served
from inspralv.assembly import dsns_of, open_services
from inspralv.settings import Settings
from inspralv.tenancy.directory import Directory
from many_hosts import MANY, fill, host

SIZES = (10, MANY)
LIMIT = 1.2
ROUNDS, LOOKUPS = 40, 100
HTTP_ROUNDS, REQUESTS = 9, 1200
PAGE = "/login"
_strangers = count()


def known(size: int) -> str:
    return host(random.randrange(size))  # noqa: S311 - any of them


def unknown(_size: int) -> str:
    return f"nobody-{next(_strangers)}.agencies.example"


async def look_up(directory: Directory, size: int, name: Callable[[int], str]) -> float:
    """Milliseconds of one look-up that no cache answers."""
    names = [name(size) for _ in range(LOOKUPS)]
    seconds = 0.0
    for each in names:
        directory.by_host.clear()
        began = time.perf_counter()
        partner = await directory.of_host(each)
        seconds += time.perf_counter() - began
        assert partner.is_platform == (name is unknown)
    return seconds / LOOKUPS * 1000


async def measure_lookups(grounds: list[Settings]) -> list[bool]:
    async with open_services(grounds[0], listen=False) as few, open_services(grounds[1], listen=False) as many:
        directories = [services.get(Directory) for services in (few, many)]
        kept = []
        for name in (known, unknown):
            rounds = []
            for n in range(ROUNDS + 3):
                pair = [
                    await look_up(directory, size, name) for directory, size in zip(directories, SIZES, strict=True)
                ]
                if n >= 3:  # the first ones prepare statements and warm the database
                    rounds.append(pair)
            kept.append(tell(f"look-up of a name that is {name.__name__}", rounds, "ms"))
    return kept


def measure_requests(grounds: list[Settings]) -> list[bool]:
    with ExitStack() as stack:
        servers = []
        for settings in grounds:
            folder, port = stack.enter_context(tempfile.TemporaryDirectory()), free_port()
            environ = {
                "INSPRALV_MODE": "test", "DATABASE_URL": settings.database.url, "INSPRALV_DATA_DIR": folder,
                "INSPRALV_LOG_LEVEL": "error", "INSPRALV_DB_POOL_SIZE": "8", "INSPRALV_PORT": str(port),
            }  # fmt: skip
            servers.append((stack.enter_context(served("inspralv.asgi:create_app", port, environ, 0)), port))
        os.sched_setaffinity(0, {1})  # the load and the database share the other core
        kept = []
        for what, name in (("under ten names", lambda _size: known(SIZES[0])), ("under a name met first", unknown)):
            rounds = [[request(*server, name) for server in servers] for _ in range(HTTP_ROUNDS + 1)]
            kept.append(tell(f"GET {PAGE} {what}", rounds[1:], "ms CPU"))
    return kept


def request(pid: int, port: int, name: Callable[[int], str]) -> float:
    """Server CPU milliseconds per request."""
    asked = [(get_request(PAGE, {"host": name(0)}), 200) for _ in range(REQUESTS)]
    before = cpu_seconds(pid)
    asyncio.run(ask(port, asked))
    return (cpu_seconds(pid) - before) / REQUESTS * 1000


def tell(what: str, rounds: list[list[float]], unit: str) -> bool:
    """Print medians and their ratio; say whether it is within the limit."""
    few, many = (statistics.median(pair[side] for pair in rounds) for side in (0, 1))
    print(
        f"{what}: {few:.3f} {unit} with {SIZES[0]} domains, {many:.3f} with {SIZES[1]:,}; "
        f"ratio {many / few:.2f} (at most {LIMIT})"
    )
    return many / few <= LIMIT


def main() -> int:
    with ground(fsync="off") as few, ground(fsync="off") as many:
        for settings, size in zip((few, many), SIZES, strict=True):
            asyncio.run(fill(dsns_of(settings).owner, size))
        kept = asyncio.run(measure_lookups([few, many])) + measure_requests([few, many])
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
