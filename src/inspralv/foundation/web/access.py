"""Access: what every route declares, and the only source of a context.

A kind of access (see the tenancy room) admits a request and yields its context, or raises a Refusal. Handlers receive
that context; nothing else opens the database.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.routes import HTTPRoute

from inspralv.foundation.context import Context, committing
from inspralv.foundation.errors import Forbidden, MethodNotAllowed
from inspralv.foundation.web.json_body import JSON_KEY, require_json

CONTEXT_KEY = "inspralv.context"

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True)
class Access:
    """Who may call a route. `permission` is the right it needs, `why` the reason for a public one.

    `reads` is true when the permission only allows reading; such an access is refused on an unsafe method.
    """

    kind: str
    admit: Callable[[Connection], Awaitable[Context]]
    permission: str | None = None
    why: str | None = None
    reads: bool = False


async def admit_declared(request: Request[Any, Any, Any]) -> None:
    """Before every handler: admit the request by the route's own access, before any body is read; then read the body.

    A handler without an access (it did not come through our decorators) is refused. This is no guard of the framework's,
    which copies the whole handler for each request.
    """
    options = request.route_handler.opt
    access = options.get("access")
    if access is None and request.method == "OPTIONS":
        raise MethodNotAllowed(methods_there(request))
    if access is None:
        raise Forbidden("this route declares no access")
    request.scope[CONTEXT_KEY] = await access.admit(request)  # type: ignore[literal-required]
    if JSON_KEY in options:
        await require_json(request, options[JSON_KEY])


@asynccontextmanager
async def admitted_anew(request: Request[Any, Any, Any]) -> AsyncIterator[Any]:
    """Open a unit of work of its own for a further part of an answer that is being sent, and commit it at the end of the
    block: between two parts no transaction is open, and a right that was withdrawn ends the answer. Yields the context
    of the route's access; raises as that does."""
    access: Access = request.route_handler.opt["access"]
    async with committing(await access.admit(request)) as ctx:
        yield ctx


def methods_there(connection: Request[Any, Any, Any]) -> set[str]:
    """Return the methods of an address that a route was found for."""
    template = connection.scope["path_template"]
    routes = [route for route in connection.app.routes if isinstance(route, HTTPRoute)]
    return {method for route in routes if route.path_format == template for method in route.methods}
