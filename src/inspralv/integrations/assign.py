"""Letting workspaces use an integration, and taking it away again. The context sees the whole partner."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.foundation.errors import FieldError, Invalid, NotFound
from inspralv.foundation.language.texts import _
from inspralv.integrations import assignment_queries, queries
from inspralv.integrations.events import IntegrationAssigned, IntegrationUnassigned
from inspralv.integrations.schemas import Integration, NewAssignment


async def assign(ctx: Context, workspace_id: UUID, wanted: NewAssignment) -> None:
    """Let a workspace use an integration instead of the one before. The same one again changes nothing.

    Another integration means another account at the provider, so the workspace gets a new webhook address and secret.
    Raises NotFound for a foreign workspace or integration, Invalid when the provider does not match.
    """
    integration = await queries.lock_integration(ctx, wanted.partner_integration_id)
    if integration.provider != wanted.provider:
        message = _("“%(name)s” is a key of %(provider)s.", name=integration.name, provider=integration.provider)
        raise Invalid(f"provider: {message}", errors=(FieldError("/provider", message),))
    await assignment_queries.require_workspace(ctx, workspace_id)
    held = await assignment_queries.lock_assignment(ctx, workspace_id, wanted.provider)
    if held is not None and held.integration_id == integration.id:
        return
    if held is not None:
        await assignment_queries.delete_assignment(ctx, workspace_id, wanted.provider, held.endpoint_id)
    await _give(ctx, workspace_id, integration)


async def unassign(ctx: Context, workspace_id: UUID, provider: str) -> None:
    """Take a provider's integration away from a workspace. Raises NotFound when it has none."""
    held = await assignment_queries.lock_assignment(ctx, workspace_id, provider)
    if held is None:
        raise NotFound(_("This workspace uses no such integration."))
    await assignment_queries.delete_assignment(ctx, workspace_id, provider, held.endpoint_id)
    ctx.record(
        IntegrationUnassigned(entity_id=held.integration_id, workspace_id=workspace_id, old={"provider": provider})
    )


async def assign_everywhere(ctx: Context, integration: Integration) -> None:
    """Give an integration to every workspace that has none of its provider."""
    for workspace_id in await assignment_queries.list_unassigned_workspaces(ctx, integration.provider):
        await _give(ctx, workspace_id, integration)


async def assign_defaults(ctx: Context, workspace_id: UUID) -> None:
    """Give a new workspace the default integration of every provider."""
    for integration in await queries.list_defaults(ctx):
        await _give(ctx, workspace_id, integration)


async def _give(ctx: Context, workspace_id: UUID, integration: Integration) -> None:
    if await assignment_queries.add_assignment(ctx, workspace_id, integration.provider, integration.id):
        told = {"provider": integration.provider, "name": integration.name}
        ctx.record(IntegrationAssigned(entity_id=integration.id, workspace_id=workspace_id, new=told))
