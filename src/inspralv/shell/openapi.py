"""The API description: OpenAPI 3.1, complete, browsable at /docs.

Litestar writes the document from the routes; what only we know is added here: the access and permission of each
operation, which bodies refuse unknown fields, and plain summaries.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import BaseRoute
from litestar.types import ControllerRouterHandler

from inspralv.foundation.web.access import Access
from inspralv.shell.partners_openapi import partners_document
from inspralv.tenancy.permissions import P
from inspralv.tenancy.scopes import account_scope, scope_of


def _cookie(name: str, description: str) -> SecurityScheme:
    return SecurityScheme(type="apiKey", name=name, security_scheme_in="cookie", description=description)


_SCHEMES = {
    "session": _cookie("session", "The cookie that sign-in sets; `__Host-session` over https."),
    "key": SecurityScheme(
        type="http",
        scheme="bearer",
        description="An API key of a person, made under Your account, API keys. It may what its scopes say, as far as the "
        "person may it at that moment, 600 times a minute; the `X-RateLimit-*` headers tell how often still. "
        "Never send it together with a cookie.",
    ),
    "staff": _cookie("staff", "The cookie of the operator's console; `__Host-staff` over https."),
}


class _Nowhere(Router):
    """Takes the documentation routes that Litestar brings along and serves none of them: they declare no access."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:  # noqa: ARG002 - nothing is done with it
        return []


def api_description() -> OpenAPIConfig:
    """Return the configuration of the generated document; our own routes serve it."""
    return OpenAPIConfig(
        title="Voice agents API",
        version="1",
        description="Agents, calls and conversations of a workspace. Every error is a problem document (RFC 9457).",
        components=Components(security_schemes=dict(_SCHEMES)),
        use_handler_docstrings=True,
        openapi_router=_Nowhere("/schema", route_handlers=[]),
        render_plugins=[],
    )


def api_document(app: Litestar, *, of_platform: bool) -> dict[str, Any]:
    """Return the document as plain data; made once per process. Partners' hosts give theirs, which leaves out what only
    the platform's host answers."""
    kept: tuple[dict[str, Any], dict[str, Any]] | None = app.state.get("api_documents")
    if kept is None:
        whole = _written(app)
        _complete(whole, list(_handlers(app)))
        kept = app.state.api_documents = (partners_document(whole), whole)
    return kept[of_platform]


def _written(app: Litestar) -> dict[str, Any]:
    """Return the document as Litestar writes it. While it does, it adds the path parameters a handler does not take to
    the handler's signature; they are taken out again, or every later refusal of a body would list them as faults."""
    signatures = [handler.parsed_fn_signature.parameters for handler in _handlers(app)]
    before = [dict(parameters) for parameters in signatures]
    written = msgspec.json.encode(app.openapi_schema.to_schema())
    document: dict[str, Any] = msgspec.json.decode(
        written.replace(b"_inspralv.", b"_")
    )  # a partner's page names no maker
    for parameters, own in zip(signatures, before, strict=True):
        parameters.clear()
        parameters.update(own)
    return document


def _handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and isinstance(handler.opt.get("access"), Access):
                yield handler


def _complete(document: dict[str, Any], handlers: list[HTTPRouteHandler]) -> None:
    known = {handler.operation_id: handler for handler in handlers if isinstance(handler.operation_id, str)}
    for path in document["paths"].values():
        for method, operation in path.items():
            handler = known[operation["operationId"]]
            access: Access = handler.opt["access"]
            _describe_access(operation, access, method.upper())
            operation["summary"] = _heading(operation["operationId"])
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    answer["description"] = "Done."
    strict = {kind.__name__ for handler in handlers for kind in _strict_structs(handler)}
    for schema in document["components"]["schemas"].values():
        if schema.get("title") in strict:
            schema["additionalProperties"] = False


def _heading(operation_id: str) -> str:
    return re.sub(r"\bapi\b", "API", operation_id.replace("_", " ").capitalize())


def _describe_access(operation: dict[str, Any], access: Access, method: str) -> None:
    """Who may call it, by what, and the scope that a key needs."""
    operation["x-access"] = access.kind
    if access.permission:
        operation["x-permission"] = str(access.permission)
    if access.kind in {"signed_in", "partner", "workspace"}:
        operation["security"] = [{"session": []}, {"key": []}]
        operation["x-scope"] = scope_of(P(access.permission)) if access.permission else account_scope(method)
    if access.kind == "staff":
        operation["security"] = [{"staff": []}]
    if access.kind == "signed_by_provider":
        _describe_delivery(operation)


def _describe_delivery(operation: dict[str, Any]) -> None:
    """Body and answer of a delivery have the provider's own shape; the route takes them as they are."""
    content = {"application/json": {"schema": {"type": "object"}}}
    operation["requestBody"] = {"required": True, "description": "In the provider's own shape.", "content": content}
    operation["responses"]["200"]["content"] = content


def _strict_structs(handler: HTTPRouteHandler) -> Iterator[type[msgspec.Struct]]:
    """Yield the structs of a route's body that refuse unknown fields."""
    body = handler.parsed_fn_signature.parameters.get("data")
    waiting, met = [body.annotation] if body is not None else [], set[Any]()
    while waiting:
        kind = waiting.pop()
        waiting += typing.get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in met:
            met.add(kind)
            waiting += [field.type for field in msgspec.structs.fields(kind)]
            if kind.__struct_config__.forbid_unknown_fields:
                yield kind


def anchor(text: str) -> str:
    """Return a fragment name made of a text."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
