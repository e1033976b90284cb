"""The API description: OpenAPI 3.1, complete, browsable at /docs."""

from __future__ import annotations

from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme


def api_description() -> OpenAPIConfig:
    """Return the configuration of the generated document; our own routes serve it."""
    return OpenAPIConfig(
        title="Voice agents API",
        version="1",
        description="Agents, calls and conversations of a workspace. Every error is a problem document (RFC 9457).",
        components=Components(
            security_schemes={"session": SecurityScheme(type="apiKey", name="session", security_scheme_in="cookie")}
        ),
        enabled_endpoints=set(),
        use_handler_docstrings=True,
        path=None,
        render_plugins=[],
    )
