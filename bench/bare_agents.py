"""The yardstick: a bare ASGI application that runs the same statements on the same driver, and nothing else.

/json answers the agents as JSON; /html renders the same template with a context captured once from the real page.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import msgspec

from inspralv.agents import queries
from inspralv.asgi import create_app
from inspralv.assembly import dsns_of
from inspralv.foundation.db.pool import open_pool
from inspralv.foundation.db.statements import compile_statement
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.web.templates import TemplateEngine
from inspralv.settings import load_settings
from inspralv.tenancy import access

RESOLVE = access._RESOLVE  # noqa: SLF001 - the very statement of the product
LIST = compile_statement(queries._LIST)  # noqa: SLF001
CARDS = compile_statement(queries._CARDS)  # noqa: SLF001
PATH = "/w/clinic/agents"
DAY = (datetime.now(UTC) - timedelta(days=30)).date()


class Bare:
    """Opened by the server's lifespan."""

    pool: asyncpg.Pool
    engine: TemplateEngine
    captured: tuple[str, dict[str, Any]]

    async def open(self) -> None:
        settings = load_settings(os.environ)
        self.pool = await open_pool(dsns_of(settings).user, settings.database.pool_size)
        await self._capture()

    async def _capture(self) -> None:
        """Render the real page once in this process and keep what its template was given."""
        real = create_app()
        kept: list[tuple[TemplateEngine, str, dict[str, Any]]] = []
        original = TemplateEngine.render

        def render(engine: TemplateEngine, name: str, **context: Any) -> str:
            kept.append((engine, name, context))
            return original(engine, name, **context)

        TemplateEngine.render = render  # type: ignore[method-assign]
        async with real.app.lifespan():
            transport = httpx.ASGITransport(real)
            headers = {"host": "acme.localhost", "cookie": f"session={os.environ['BENCH_TOKEN']}"}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://acme.localhost", headers=headers
            ) as client:
                (await client.get(PATH)).raise_for_status()
        TemplateEngine.render = original  # type: ignore[method-assign]
        self.engine, name, context = kept[-1]
        self.captured = (name, context)

    async def rows(self, cookie: str, statement: Any, *args: object, pages: bool) -> list[asyncpg.Record]:
        token = cookie.partition("=")[2]
        who = await self.pool.fetchrow(RESOLVE, ACME, token_hash(token), "clinic", timedelta(days=7), pages)
        async with self.pool.acquire() as connection:
            await connection.execute(Scope(ACME, who["workspace_id"]).begin())
            found = await connection.fetch(
                statement.text, *args, *(ACME if n == "partner" else who["workspace_id"] for n in statement.names)
            )
            await connection.execute("COMMIT")
        return found  # type: ignore[no-any-return]

    async def json(self, cookie: str) -> bytes:
        found = await self.rows(cookie, LIST, None, None, None, 20, 0, pages=False)
        data = [{name: value for name, value in row.items() if name != "total"} for row in found]
        return msgspec.json.encode(
            {"data": {"data": data, "total": found[0]["total"], "page": 1, "pageSize": 20, "totalPages": 1}}
        )

    async def html(self, cookie: str, day: object) -> bytes:
        await self.rows(cookie, CARDS, None, None, None, 24, 0, day, pages=True)
        name, context = self.captured
        return self.engine.render(name, **context).encode()


ACME = UUID(os.environ.get("BENCH_PARTNER", "019b7700-0002-7000-8000-000000000002"))


def create() -> Any:
    """Factory for the server."""
    bare = Bare()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await bare.open()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await bare.pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        cookie = dict(scope["headers"])[b"cookie"].decode()
        if scope["path"] == "/json":
            kind, body = b"application/json", await bare.json(cookie)
        else:
            kind, body = b"text/html", await bare.html(cookie, DAY)
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app
