"""May this name have a certificate? The proxy's question with a hundred thousand domains.

    .venv/bin/python bench/tls_check.py

One server process on one pinned core; the load and the database share the other core. Three names in four lead to a
partner, the fourth to nobody. The median rate is the figure; below the limit it ends with 1.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile

from ground import ask, cpu_seconds, free_port, get_request, ground, served
from inspralv.assembly import dsns_of
from many_hosts import MANY, fill, host

ROUNDS, REQUESTS, CONNECTIONS, LEAST = 9, 8000, 8, 2000
PATH = "/api/internal/tls-check?domain="


def questions() -> list[tuple[bytes, int]]:
    """Requests with the answers they must get."""
    asked = []
    for n in range(REQUESTS):
        known = n % 4 != 0
        name = host(random.randrange(MANY) if known else MANY + n)  # noqa: S311 - any of them
        asked.append((get_request(PATH + name, {"host": "127.0.0.1"}), 200 if known else 404))
    return asked


def main() -> int:
    with ground(fsync="off") as settings, tempfile.TemporaryDirectory() as folder:
        asyncio.run(fill(dsns_of(settings).owner, MANY))
        port = free_port()
        environ = {
            "INSPRALV_MODE": "test", "DATABASE_URL": settings.database.url, "INSPRALV_DATA_DIR": folder,
            "INSPRALV_LOG_LEVEL": "error", "INSPRALV_DB_POOL_SIZE": "8", "INSPRALV_PORT": str(port),
        }  # fmt: skip
        os.sched_setaffinity(0, {1})
        with served("inspralv.asgi:create_app", port, environ, 0) as pid:
            rates, costs = [], []
            for n in range(ROUNDS + 1):
                asked, before = questions(), cpu_seconds(pid)
                seconds = asyncio.run(ask(port, asked, CONNECTIONS))
                if n:  # the first one warms up
                    rates.append(REQUESTS / seconds)
                    costs.append((cpu_seconds(pid) - before) / REQUESTS * 1000)
    rate = statistics.median(rates)
    print(
        f"{rate:.0f} answers/s with {MANY:,} domains (at least {LEAST:,}); {min(rates):.0f} to {max(rates):.0f}; "
        f"{statistics.median(costs):.3f} ms CPU an answer"
    )
    return 0 if rate >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
