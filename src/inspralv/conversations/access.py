"""Access for providers: whoever shows the secret of exactly this webhook address, over exactly this body."""

from __future__ import annotations

from typing import Any, cast

from litestar import Request

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.errors import NotFound, Unauthenticated
from inspralv.foundation.language.texts import _
from inspralv.foundation.services import Services
from inspralv.foundation.web.access import Access, Connection
from inspralv.integrations.connections import Endpoint, find_endpoint, provider_of
from inspralv.integrations.hook_secrets import find_hook_secrets
from inspralv.providers.contract import VoiceProvider

_HIDDEN = b"***"


class HookContext(Context):
    """A provider at the webhook address of one workspace, with the body it signed (the secret itself blotted out)."""

    def __init__(self, services: Services, endpoint: Endpoint, provider: VoiceProvider, origin: Origin) -> None:
        super().__init__(services, Scope(endpoint.partner_id, endpoint.workspace_id), Actor("provider"), origin)
        self.endpoint = endpoint
        self.provider = provider
        self.body = b""


def signed_by_provider() -> Access:
    """The provider that owns the address. An unknown address is 404; a signature that is missing, wrong or old is 401.
    Path parameters: `provider`, `token`."""
    return Access("signed_by_provider", _admit)


async def _admit(connection: Connection) -> HookContext:
    services: Services = connection.app.state.services
    name, token = connection.path_params["provider"], connection.path_params["token"]
    endpoint = await find_endpoint(services, name, token)
    if endpoint is None:
        raise NotFound(_("There is no such webhook address."))
    scope: dict[str, Any] = connection.scope  # type: ignore[assignment]
    origin = Origin(scope.get("inspralv.request_id", ""), scope.get("inspralv.ip"), host=scope.get("inspralv.host", ""))
    ctx = HookContext(services, endpoint, provider_of(services, name), origin)
    request = cast("Request[Any, Any, Any]", connection)  # an HTTP route is admitted by its request
    ctx.body = await request.body()
    secrets = await find_hook_secrets(ctx, endpoint)  # none when the assignment is gone, which verifies nothing
    if not any(ctx.provider.hooks.verify(ctx.body, connection.headers, secret, ctx.now) for secret in secrets):
        await ctx.rollback()
        raise Unauthenticated(_("The signature is missing, wrong or too old."))
    for secret in secrets:  # deliveries repeat the agent's settings, and bodies are kept
        ctx.body = ctx.body.replace(secret.encode(), _HIDDEN)
    return ctx
