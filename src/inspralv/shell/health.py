"""Is this process able to serve? For load balancers and people."""

from __future__ import annotations

import time
from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Any

import asyncpg
import msgspec
from litestar import Response

from inspralv.foundation.web.routing import get
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext

_SLOW_MS = 1000
_STARTED = time.monotonic()


class DatabaseCheck(msgspec.Struct, rename="camel"):
    """`latencyMs` is one round trip in milliseconds."""

    status: str
    latency_ms: float
    message: str


class Health(msgspec.Struct, rename="camel"):
    """`uptime` is in seconds."""

    status: Annotated[str, msgspec.Meta(description="healthy or unhealthy")]
    timestamp: datetime
    version: str
    uptime: float
    checks: dict[str, Any]


@get("/api/health", access=public("load balancers ask"), raises=(503,), tags=["Health"])
async def read_health(ctx: PublicContext) -> Response[Health]:
    """Tell whether the database answers."""
    began = time.perf_counter()
    try:
        await ctx.directory("SELECT 1")
        elapsed = (time.perf_counter() - began) * 1000
        check = DatabaseCheck("pass", round(elapsed, 2), "high latency" if elapsed > _SLOW_MS else "ok")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        await ctx.rollback()
        check = DatabaseCheck("fail", round((time.perf_counter() - began) * 1000, 2), "the database does not answer")
    healthy = check.status == "pass"
    health = Health(
        "healthy" if healthy else "unhealthy",
        ctx.now,
        version("inspralv"),
        round(time.monotonic() - _STARTED, 1),
        {"database": check},
    )
    return Response(health, status_code=200 if healthy else 503)
