"""The API of integrations: keys go in, hints come out."""

from __future__ import annotations

from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody

from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.integrations import actions, assign, assignment_queries, queries
from inspralv.integrations.check import check_key
from inspralv.integrations.replacing import end_overlap
from inspralv.integrations.schemas import (
    Done,
    IntegrationChange,
    IntegrationOut,
    NewAssignment,
    NewIntegration,
    WorkspaceIntegrations,
    integration_out,
)  # fmt: skip
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_READ = partner(P.PARTNER_INTEGRATIONS_READ)
_UPDATE = partner(P.PARTNER_INTEGRATIONS_UPDATE)
_TAGS = ["Integrations"]
_ONE = "/api/partner/integrations/{integration_id:uuid}"
_OF_WORKSPACE = "/api/partner/workspaces/{workspace_id:uuid}/integrations"


@get("/api/partner/integrations", access=_READ, tags=_TAGS)
async def list_integrations(ctx: PartnerContext) -> Data[list[IntegrationOut]]:
    """List the provider keys of the organisation, by provider, the default first."""
    return Data([integration_out(row) for row in await queries.list_integrations(ctx)])


@post("/api/partner/integrations", access=_UPDATE, tags=_TAGS)
async def add_integration(ctx: PartnerContext, data: JSONBody[NewIntegration]) -> Response[Data[IntegrationOut]]:
    """Keep a provider key. The default one is given to every workspace without a key of that provider."""
    added = await actions.add_integration(ctx, data)
    return Response(Data(integration_out(added)), status_code=201, headers=etag(added.version))


@get(_ONE, access=_READ, tags=_TAGS)
async def read_integration(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Response[Data[IntegrationOut]]:
    """Read one with the workspaces that use it."""
    found = await queries.find_integration(ctx, integration_id)
    return Response(Data(integration_out(found)), headers=etag(found.version))


@patch(_ONE, access=_UPDATE, raises=(409, 502), tags=_TAGS)
async def change_integration(
    ctx: PartnerContext, integration_id: FromPath[UUID], data: JSONBody[IntegrationChange], if_match: IfMatch = None
) -> Response[Data[IntegrationOut]]:
    """Rename it, replace a key, choose the outbound number: exactly what is sent. A new key is tried at the provider
    first: one that it refuses is a fault of its field, and the old one stays in use."""
    saved = await actions.change_integration(ctx, integration_id, data, expected_version(if_match))
    return Response(Data(integration_out(saved)), headers=etag(saved.version))


@delete(_ONE, access=_UPDATE, tags=_TAGS)
async def remove_integration(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Data[Done]:
    """Delete a key that no workspace uses; 400 while one does."""
    await actions.remove_integration(ctx, integration_id)
    return Data(Done())


@post(f"{_ONE}/set-default", access=_UPDATE, status_code=200, tags=_TAGS)
async def set_default_integration(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Data[IntegrationOut]:
    """Make it the provider's default."""
    return Data(integration_out(await actions.make_default(ctx, integration_id)))


@post(f"{_ONE}/test", access=_UPDATE, status_code=200, raises=(502,), tags=_TAGS)
async def test_integration(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Data[IntegrationOut]:
    """Ask the provider whether it takes the key, and for the account's telephone numbers."""
    return Data(integration_out(await check_key(ctx, integration_id)))


@post(f"{_ONE}/end-overlap", access=_UPDATE, status_code=200, tags=_TAGS)
async def end_integration_overlap(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Data[IntegrationOut]:
    """Believe webhooks that are signed with a replaced key no longer."""
    await end_overlap(ctx, integration_id)
    return Data(integration_out(await queries.find_integration(ctx, integration_id)))


@get(_OF_WORKSPACE, access=_READ, tags=_TAGS)
async def list_workspace_integrations(ctx: PartnerContext, workspace_id: FromPath[UUID]) -> Data[WorkspaceIntegrations]:
    """List what a workspace uses and could use."""
    return Data(await assignment_queries.find_workspace_integrations(ctx, workspace_id))


@post(_OF_WORKSPACE, access=_UPDATE, tags=_TAGS)
async def assign_integration(
    ctx: PartnerContext, workspace_id: FromPath[UUID], data: JSONBody[NewAssignment]
) -> Data[WorkspaceIntegrations]:
    """Let a workspace use an integration; it replaces the one before."""
    await assign.assign(ctx, workspace_id, data)
    return Data(await assignment_queries.find_workspace_integrations(ctx, workspace_id))


@delete(f"{_OF_WORKSPACE}/{{provider:str}}", access=_UPDATE, tags=_TAGS)
async def unassign_integration(
    ctx: PartnerContext, workspace_id: FromPath[UUID], provider: FromPath[str]
) -> Data[Done]:
    """Take a provider's integration away from a workspace."""
    await assign.unassign(ctx, workspace_id, provider)
    return Data(Done())


ROUTES = (
    list_integrations, add_integration, read_integration, change_integration, remove_integration,
    set_default_integration, test_integration, end_integration_overlap, list_workspace_integrations,
    assign_integration, unassign_integration,
)  # fmt: skip
