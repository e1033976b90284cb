"""A workspace's API of telephony: its numbers, who answers them and when."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import get, patch, post
from inspralv.telephony.actions import binding
from inspralv.telephony.queries import numbers
from inspralv.telephony.queries.numbers import NumberFilter
from inspralv.telephony.schemas import AvailableNumber, BindingChange, NumberOut, number_out
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_READ = workspace(P.TELEPHONY_READ)
_UPDATE = workspace(P.TELEPHONY_UPDATE)
_TAGS = ["Telephony"]
_ALL = "/api/w/{workspace_slug:str}/telephony/phone-numbers"
_ONE = f"{_ALL}/{{number_id:uuid}}"


@get(_ALL, access=_READ, tags=_TAGS)
async def list_workspace_numbers(
    ctx: WorkspaceContext, agent_id: FromQuery[UUID | None] = None
) -> Data[list[NumberOut]]:
    """List the workspace's numbers."""
    wanted = NumberFilter(workspace_id=ctx.here, agent_id=agent_id)
    return Data([number_out(row) for row in await numbers.list_numbers(ctx, wanted)])


@get(_ONE, access=_READ, tags=_TAGS)
async def read_workspace_number(ctx: WorkspaceContext, number_id: FromPath[UUID]) -> Response[Data[NumberOut]]:
    """Read one."""
    found = await numbers.find_number_here(ctx, number_id)
    return Response(Data(number_out(found)), headers=etag(found.version))


@patch(_ONE, access=_UPDATE, raises=(409,), tags=_TAGS)
async def change_number_binding(
    ctx: WorkspaceContext, number_id: FromPath[UUID], data: JSONBody[BindingChange], if_match: IfMatch = None
) -> Response[Data[NumberOut]]:
    """Bind agents, set business hours and what happens outside them: exactly what is sent; null unbinds."""
    saved = await binding.change_binding(ctx, number_id, data, expected_version(if_match))
    return Response(Data(number_out(saved)), headers=etag(saved.version))


@post(f"{_ONE}/sync", access=_UPDATE, status_code=200, tags=_TAGS)
async def bind_number_again(ctx: WorkspaceContext, number_id: FromPath[UUID]) -> Data[NumberOut]:
    """Bring the binding to the provider again."""
    return Data(number_out(await binding.request_binding(ctx, number_id)))


@get("/api/w/{workspace_slug:str}/phone-numbers/available", access=_READ, tags=_TAGS)
async def list_available_numbers(
    ctx: WorkspaceContext, provider: Annotated[str | None, QueryParameter(max_length=40)] = None
) -> Data[list[AvailableNumber]]:
    """List the numbers to call from, and which of them no agent has yet."""
    rows = await numbers.list_numbers(ctx, NumberFilter(provider=provider, workspace_id=ctx.here))
    return Data(
        [
            AvailableNumber(
                id=row.id, phone_number=row.phone_number, display_name=row.title, provider=row.provider,
                is_available=row.outbound_agent_id is None and row.state == "active",
                outbound_agent_id=row.outbound_agent_id,
            )
            for row in rows
            if row.supports_outbound
        ]
    )  # fmt: skip


ROUTES = (
    list_workspace_numbers, read_workspace_number, change_number_binding, bind_number_again, list_available_numbers,
)  # fmt: skip
