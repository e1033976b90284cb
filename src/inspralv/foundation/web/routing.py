"""Our route decorators: `access=` is required, the handler gets the context, and the unit of work ends at the edge.

    @get("/agents", access=workspace(P.AGENTS_READ))
    async def list_agents(ctx: WorkspaceContext, page: FromQuery[int] = 1) -> Data[Page[Agent]]: ...

A handler returns a value for JSON, a `View` for a page, or a Litestar response. A raised Refusal rolls back, and so does a
page with the status of one; any other returned value commits before the first byte is sent.
"""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Union, get_args, get_origin

from litestar import Request, Response
from litestar.enums import MediaType, RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import BodyKwarg
from litestar.types import Method

from inspralv.foundation.context import Context
from inspralv.foundation.web.access import CONTEXT_KEY, Access
from inspralv.foundation.web.json_body import JSON_KEY
from inspralv.foundation.web.problems import Problem
from inspralv.foundation.web.view import Renderer, View

Handler = Callable[..., Awaitable[Any]]
_BAD_REQUEST = 400
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_WHEN = {
    400: "The input has faults; every one is listed.",
    401: "Nobody is signed in.",
    403: "The right named in the detail is missing, or a limit is reached.",
    404: "Not found, or not yours.",
    409: "It was changed meanwhile, or the name is taken.",
    413: "The body is too large.",
    415: "The body is of another kind.",
    429: "Too many requests; `Retry-After` says when.",
    500: "A fault of ours; nothing was changed.",
    502: "The voice provider refused.",
    503: "Temporarily unavailable.",
}


def get(path: str, *, access: Access, **options: Any) -> Callable[[Handler], HTTPRouteHandler]:
    """Declare a GET route."""
    return _route("GET", path, access, options)


def post(path: str, *, access: Access, **options: Any) -> Callable[[Handler], HTTPRouteHandler]:
    """Declare a POST route; it answers 201 unless `status_code` says otherwise."""
    return _route("POST", path, access, options)


def put(path: str, *, access: Access, **options: Any) -> Callable[[Handler], HTTPRouteHandler]:
    """Declare a PUT route."""
    return _route("PUT", path, access, options)


def patch(path: str, *, access: Access, **options: Any) -> Callable[[Handler], HTTPRouteHandler]:
    """Declare a PATCH route."""
    return _route("PATCH", path, access, options)


def delete(path: str, *, access: Access, **options: Any) -> Callable[[Handler], HTTPRouteHandler]:
    """Declare a DELETE route; it answers 200 with a body unless `status_code` says otherwise."""
    options.setdefault("status_code", 200)
    return _route("DELETE", path, access, options)


def _route(method: Method, path: str, access: Access, options: dict[str, Any]) -> Callable[[Handler], HTTPRouteHandler]:
    if not isinstance(access, Access):
        raise TypeError(f"{method} {path} declares no access")
    if access.reads and method in _UNSAFE:
        raise TypeError(f"{method} {path} changes things, but {access.permission} only allows reading")

    def decorate(handler: Handler) -> HTTPRouteHandler:
        endpoint = _endpoint(handler)
        page = endpoint.__annotations__["return"] is Response
        opt = {
            **options.pop("opt", {}),
            "access": access,
            "page": page,
            "handler": f"{handler.__module__}.{handler.__qualname__}",
            **_json_of(handler),
        }
        is_api = path.startswith("/api/")
        options.setdefault("include_in_schema", is_api and not page)
        if is_api:
            options.setdefault(
                "responses", _problems(method, access, options.pop("raises", ()), takes_json=JSON_KEY in opt)
            )
            options.setdefault("operation_id", handler.__name__)
            options.setdefault("security", [{}] if access.kind == "public" else [{"session": []}])
        else:
            options.pop("raises", None)
        return HTTPRouteHandler(path, http_method=method, opt=opt, **options)(endpoint)

    return decorate


def _problems(method: str, access: Access, raises: Sequence[int], *, takes_json: bool) -> dict[int, ResponseSpec]:
    """Every error a route can answer with; `raises` names what is particular to it."""
    codes = {400, 429, 500, 503, *raises}
    if access.kind != "public":
        codes |= {401, 403, 404}
    if method in _UNSAFE:
        codes |= {403, 413}
    if takes_json:
        codes |= {415}
    return {
        code: ResponseSpec(
            Problem, description=_WHEN[code], media_type="application/problem+json", generate_examples=False
        )
        for code in sorted(codes)
    }


def _json_of(handler: Handler) -> dict[str, Any]:
    """Return the option that has a JSON body read strictly, if the handler takes one."""
    body = typing.get_type_hints(handler, include_extras=True).get("data")
    for part in getattr(body, "__metadata__", ()):
        if isinstance(part, BodyKwarg) and part.media_type == RequestEncodingType.JSON:
            return {JSON_KEY: get_args(body)[0]}
    return {}


def _endpoint(handler: Handler) -> Handler:
    """Wrap a handler: `ctx` comes from the admission, everything else from Litestar."""
    hints = typing.get_type_hints(handler, include_extras=True)
    signature = inspect.signature(handler)
    names = list(signature.parameters)
    if not names or names[0] != "ctx":
        raise TypeError(f"{handler.__qualname__} takes the context of its access as its first argument, `ctx`")
    wants_request = "request" in names

    @functools.wraps(handler)
    async def endpoint(*, request: Request[Any, Any, Any], **arguments: Any) -> Any:
        ctx: Context = request.scope[CONTEXT_KEY]  # type: ignore[literal-required]
        if wants_request:
            arguments["request"] = request
        try:
            result = await handler(ctx, **arguments)
            await (ctx.rollback() if _refuses(result) else ctx.commit())
        except BaseException:
            await ctx.rollback()
            raise
        if isinstance(result, View):
            return await _rendered(ctx, request, result)
        return result

    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        p.replace(kind=keyword, annotation=hints[n])
        for n, p in signature.parameters.items()
        if n not in {"ctx", "request"}
    ]
    parameters.append(inspect.Parameter("request", keyword, annotation=Request))
    returns = Response if _returns_view(hints["return"]) else hints["return"]
    endpoint.__signature__ = inspect.Signature(parameters, return_annotation=returns)  # type: ignore[attr-defined]
    endpoint.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": returns}
    del endpoint.__wrapped__
    return endpoint


def _refuses(result: Any) -> bool:
    """Whether a page says that what was asked for is refused, which then is undone as a raised Refusal is."""
    return isinstance(result, View) and result.status >= _BAD_REQUEST


def _returns_view(annotation: Any) -> bool:
    parts = get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else (annotation,)
    return any(part is View for part in parts)


async def _rendered(ctx: Context, request: Request[Any, Any, Any], view: View) -> Response[str]:
    """Render after the commit: the connection is back in the pool while the template runs."""
    body = ctx.services.get(Renderer).render(ctx, request, view)
    return Response(
        body, media_type=MediaType.HTML, status_code=view.status, headers=dict(view.headers), cookies=list(view.cookies)
    )
