"""What a workspace sees of the provider keys it has been given."""

from __future__ import annotations

from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.integrations.ability_words import can, cannot
from inspralv.integrations.page_models import WorkspaceIntegrationsPage, WorkspaceKey
from inspralv.integrations.workspace_queries import GivenKey, list_workspace_keys
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P


@get("/w/{workspace_slug:str}/integrations", access=workspace(P.INTEGRATIONS_READ))
async def show_workspace_integrations(ctx: WorkspaceContext) -> View:
    """Show which providers the workspace can use."""
    async with ctx.widened() as wide:
        given = {key.provider: key for key in await list_workspace_keys(wide, ctx.here)}
    keeper = ctx.may(P.PARTNER_INTEGRATIONS_READ)
    keys = [_key(one, given.get(one.name), all_numbers=keeper) for one in ctx.services.get(ProviderRegistry).values()]
    keys.sort(key=lambda key: key.name is None)
    model = WorkspaceIntegrationsPage(keys, "/org/integrations" if keeper else None)
    return View("integrations/workspace.html", model, title=_("Integrations"))


def _key(provider: VoiceProvider, given: GivenKey | None, *, all_numbers: bool) -> WorkspaceKey:
    """The numbers of an account may serve other workspaces: only those who keep the keys see all of them."""
    able = can(provider), cannot(provider)
    if given is None:
        return WorkspaceKey(provider=provider.name, label=provider.label, can=able[0], cannot=able[1])
    return WorkspaceKey(
        provider=provider.name, label=provider.label, can=able[0], cannot=able[1], name=given.name,
        is_active=given.is_active, key_status=given.key_status,
        since=given.refused_at if given.key_status == "invalid" else given.assigned_at,
        outbound_number=given.config.shared_outbound_phone_number,
        numbers=given.config.numbers if all_numbers else (),
    )  # fmt: skip


ROUTES = (show_workspace_integrations,)
