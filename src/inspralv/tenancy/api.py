"""The API of partners, workspaces and members."""

from __future__ import annotations

from litestar import Response
from litestar.params import JSONBody

from inspralv.foundation.language.texts import _
from inspralv.foundation.web.addresses import hostname
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.tenancy import actions, queries
from inspralv.tenancy.access import partner, public, signed_in, workspace
from inspralv.tenancy.contexts import PartnerContext, PublicContext, SignedInContext, WorkspaceContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.schemas import (
    CreatedWorkspace,
    Done,
    HostPartner,
    Member,
    MemberRow,
    MemberUser,
    NewWorkspace,
    PartnerOut,
    SettingsChange,
    Workspace,
    WorkspaceList,
)


@get("/api/partner", access=public("a sign-in page shows whose it is"), tags=["Partner"])
async def read_partner(ctx: PublicContext) -> Data[HostPartner]:
    """Tell which partner this host name belongs to."""
    p = ctx.partner
    told = PartnerOut(p.id, p.name, p.slug, p.branding, p.plan_tier, p.is_platform)
    return Data(HostPartner(hostname(ctx.origin.host), told))


@get("/api/workspaces", access=signed_in(), opt={"workspaces": True}, tags=["Workspaces"])
async def list_workspaces(ctx: SignedInContext) -> Data[WorkspaceList]:
    """List the workspaces you can enter."""
    return Data(WorkspaceList(ctx.workspaces, ctx.may(P.PARTNER_WORKSPACES_CREATE)))


@post(
    "/api/workspaces", access=partner(P.PARTNER_WORKSPACES_CREATE), status_code=200, raises=(409,), tags=["Workspaces"]
)
async def create_workspace(ctx: PartnerContext, data: JSONBody[NewWorkspace]) -> Data[CreatedWorkspace]:
    """Create a workspace that you own."""
    created = await actions.create_workspace(ctx, data)
    return Data(CreatedWorkspace(created, _("%(name)s is ready.", name=created.name), f"/w/{created.slug}/dashboard"))


@get("/api/w/{workspace_slug:str}/settings", access=workspace(P.SETTINGS_READ), tags=["Settings"])
async def read_settings(ctx: WorkspaceContext) -> Response[Data[Workspace]]:
    """Read the workspace; the `ETag` is its version."""
    found = await queries.find_workspace(ctx)
    return Response(Data(found), headers=etag(found.version))


@patch("/api/w/{workspace_slug:str}/settings", access=workspace(P.SETTINGS_UPDATE), raises=(409,), tags=["Settings"])
async def change_settings(
    ctx: WorkspaceContext, data: JSONBody[SettingsChange], if_match: IfMatch = None
) -> Response[Data[Workspace]]:
    """Change name, description or time zone: exactly what is sent."""
    saved = await actions.change_settings(ctx, data, expected_version(if_match))
    return Response(Data(saved), headers=etag(saved.version))


@delete("/api/w/{workspace_slug:str}/settings", access=workspace(P.WORKSPACE_DELETE), raises=(409,), tags=["Settings"])
async def delete_workspace(ctx: WorkspaceContext, if_match: IfMatch = None) -> Data[Done]:
    """Delete the workspace. Its address becomes free again."""
    await actions.delete_workspace(ctx, expected_version(if_match))
    return Data(Done())


@get("/api/w/{workspace_slug:str}/members", access=workspace(P.MEMBERS_READ), tags=["Members"])
async def list_members(ctx: WorkspaceContext) -> Data[list[Member]]:
    """List the members, the longest first."""
    return Data([_member(row) for row in await queries.list_members(ctx)])


def _member(row: MemberRow) -> Member:
    person = MemberUser(row.user_id, row.email, row.first_name, row.last_name, row.avatar_url)
    return Member(row.id, row.user_id, row.role, row.joined_at, person)


ROUTES = (
    read_partner,
    list_workspaces,
    create_workspace,
    read_settings,
    change_settings,
    delete_workspace,
    list_members,
)
