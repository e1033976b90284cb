"""The question that the proxy in front asks before it gets a certificate for a name."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.params import QueryParameter

from inspralv.foundation.errors import NotFound
from inspralv.foundation.web.routing import get
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.directory import Directory


@get(
    "/api/internal/tls-check", access=public("the proxy asks by itself; nobody else gets an answer"), raises=(404,),
    tags=["Platform"],
)  # fmt: skip
async def check_certificate(
    ctx: PublicContext, request: Request[Any, Any, Any], domain: Annotated[str, QueryParameter(max_length=300)] = ""
) -> Response[str]:
    """Say whether a certificate may be got for a name: 200 for the platform and for domains that are proved, 404 for all
    others, and to everybody who is not the machine's own proxy or a configured one."""
    asks_by_itself = request.scope.get("inspralv.inside", False)
    if not asks_by_itself or not await ctx.services.get(Directory).may_have_certificate(domain):
        raise NotFound
    return Response("yes", media_type=MediaType.TEXT)


ROUTES = (check_certificate,)
