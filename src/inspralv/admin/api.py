"""The console's API of partners."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from inspralv.admin import limit_actions, partner_actions, partner_queries, queries
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.partner_schemas import Created, DomainRow, NewPartner, Partner, PartnerChange, WorkspaceRow
from inspralv.admin.schemas import PartnerRow, PartnerSearch, PlanFilter, StatusFilter
from inspralv.billing.schemas import LimitsChange, WorkspaceLimits
from inspralv.foundation.web.answers import Data, Page, page_of
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.tenancy.permissions import P

_ALL = "/api/super-admin/partners"
_ONE = f"{_ALL}/{{partner_id:uuid}}"
_READ, _UPDATE = staff(P.PLATFORM_READ), staff(P.PLATFORM_UPDATE)
_TAGS = ["Super admin"]
_PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]
_PageSize = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True


@get(_ALL, access=_READ, tags=_TAGS)
async def list_partners(
    ctx: StaffContext,
    search: FromQuery[str] = "",
    plan_tier: FromQuery[PlanFilter] = "all",
    status: FromQuery[StatusFilter] = "all",
    page: _PageNumber = 1,
    page_size: _PageSize = 10,
) -> Data[Page[PartnerRow]]:
    """List the partners, newest first. `search` looks into name and slug; deleted ones are listed by their status."""
    found = await queries.list_partners(ctx, PartnerSearch(search, plan_tier, status, page, page_size))
    return Data(page_of(found.rows, found.total, page, page_size))


@post(_ALL, access=_UPDATE, status_code=201, raises=(409,), tags=_TAGS)
async def create_partner(ctx: StaffContext, data: JSONBody[NewPartner]) -> Data[Created]:
    """Make a partner, its host, owner, first workspace and mail: everything or nothing."""
    made = await partner_actions.create_partner(ctx, data)
    partner = await partner_queries.read_partner(ctx, made.partner.id)
    return Data(
        Created(
            partner=partner, admin_created=True, workspace_created=data.create_first_workspace, email_sent=True,
            login_url=made.login_url,
        )
    )  # fmt: skip


@get(_ONE, access=_READ, tags=_TAGS)
async def read_one_partner(ctx: StaffContext, partner_id: FromPath[UUID]) -> Data[Partner]:
    """Read a partner with domains, newest workspaces and usage."""
    return Data(await partner_queries.read_partner(ctx, partner_id))


@patch(_ONE, access=_UPDATE, raises=(409,), tags=_TAGS)
async def update_partner(ctx: StaffContext, partner_id: FromPath[UUID], data: JSONBody[PartnerChange]) -> Data[Partner]:
    """Change exactly the fields that are sent."""
    await partner_actions.change_partner(ctx, partner_id, data)
    return Data(await partner_queries.read_partner(ctx, partner_id))


@delete(_ONE, access=_UPDATE, raises=(409,), tags=_TAGS)
async def delete_partner(ctx: StaffContext, partner_id: FromPath[UUID]) -> Data[Done]:
    """Delete a partner. Its hosts lead nowhere at once; for 30 days it can be restored."""
    await partner_actions.delete_partner(ctx, partner_id)
    return Data(Done())


@post(f"{_ONE}/suspend", access=_UPDATE, status_code=200, raises=(409,), tags=_TAGS)
async def suspend_partner(ctx: StaffContext, partner_id: FromPath[UUID]) -> Data[Partner]:
    """Let nobody of a partner in; what providers report is still kept."""
    await partner_actions.suspend_partner(ctx, partner_id)
    return Data(await partner_queries.read_partner(ctx, partner_id))


@post(f"{_ONE}/restore", access=_UPDATE, status_code=200, raises=(409,), tags=_TAGS)
async def restore_partner(ctx: StaffContext, partner_id: FromPath[UUID]) -> Data[Partner]:
    """End a suspension, or take back a deletion of the last 30 days."""
    await partner_actions.restore_partner(ctx, partner_id)
    return Data(await partner_queries.read_partner(ctx, partner_id))


@get(f"{_ONE}/domains", access=_READ, tags=_TAGS)
async def list_partner_domains(ctx: StaffContext, partner_id: FromPath[UUID]) -> Data[list[DomainRow]]:
    """List a partner's host names, the primary one first, then by age."""
    return Data((await partner_queries.read_partner(ctx, partner_id)).domains)


@get(f"{_ONE}/workspaces", access=_READ, tags=_TAGS)
async def list_partner_workspaces(
    ctx: StaffContext,
    partner_id: FromPath[UUID],
    page: _PageNumber = 1,
    page_size: Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)] = 20,
) -> Data[Page[WorkspaceRow]]:
    """List a partner's workspaces, newest first."""
    rows, total = await partner_queries.list_workspaces(ctx, partner_id, page, page_size)
    return Data(page_of(rows, total, page, page_size))


@get(f"{_ONE}/workspaces/{{workspace_id:uuid}}/limits", access=_READ, tags=_TAGS)
async def read_partner_workspace_limits(
    ctx: StaffContext, partner_id: FromPath[UUID], workspace_id: FromPath[UUID]
) -> Data[WorkspaceLimits]:
    """Read what a workspace may hold, what it holds, and what holds where it has no figure of its own."""
    return Data(await limit_actions.read_limits(ctx, partner_id, workspace_id))


@patch(f"{_ONE}/workspaces/{{workspace_id:uuid}}/limits", access=_UPDATE, tags=_TAGS)
async def change_partner_workspace_limits(
    ctx: StaffContext, partner_id: FromPath[UUID], workspace_id: FromPath[UUID], data: JSONBody[LimitsChange]
) -> Data[WorkspaceLimits]:
    """Change what a workspace may hold: exactly what is sent, null for the partner's figure. Nothing beyond what the
    partner itself is allowed."""
    await limit_actions.set_limits(ctx, partner_id, workspace_id, data)
    return Data(await limit_actions.read_limits(ctx, partner_id, workspace_id))


ROUTES = (
    list_partners, create_partner, read_one_partner, update_partner, delete_partner, suspend_partner, restore_partner,
    list_partner_domains, list_partner_workspaces, read_partner_workspace_limits, change_partner_workspace_limits,
)  # fmt: skip
