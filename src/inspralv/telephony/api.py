"""The organisation's API of telephony: trunks, and numbers that are brought in and lent to workspaces."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.telephony.actions import fetching, numbers, trunks
from inspralv.telephony.queries import numbers as number_queries
from inspralv.telephony.queries import trunks as trunk_queries
from inspralv.telephony.queries.numbers import NumberFilter
from inspralv.telephony.schemas import (
    Done,
    FetchResult,
    NewNumber,
    NewTrunk,
    NumberChange,
    NumberOut,
    NumberStatus,
    Trunk,
    TrunkChange,
    number_out,
)  # fmt: skip
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_READ = partner(P.PARTNER_INTEGRATIONS_READ)
_UPDATE = partner(P.PARTNER_INTEGRATIONS_UPDATE)
_TAGS = ["Telephony"]
_TRUNKS = "/api/partner/telephony/sip-trunks"
_TRUNK = f"{_TRUNKS}/{{trunk_id:uuid}}"
_NUMBERS = "/api/partner/telephony/phone-numbers"
_NUMBER = f"{_NUMBERS}/{{number_id:uuid}}"


@get(_TRUNKS, access=_READ, tags=_TAGS)
async def list_trunks(ctx: PartnerContext) -> Data[list[Trunk]]:
    """List the SIP trunks, the default first. Passwords never come back."""
    return Data(await trunk_queries.list_trunks(ctx))


@post(_TRUNKS, access=_UPDATE, tags=_TAGS)
async def add_trunk(ctx: PartnerContext, data: JSONBody[NewTrunk]) -> Response[Data[Trunk]]:
    """Keep a SIP trunk. The first one becomes the default."""
    added = await trunks.add_trunk(ctx, data)
    return Response(Data(added), status_code=201, headers=etag(added.version))


@get(_TRUNK, access=_READ, tags=_TAGS)
async def read_trunk(ctx: PartnerContext, trunk_id: FromPath[UUID]) -> Response[Data[Trunk]]:
    """Read one, without its password."""
    found = await trunk_queries.find_trunk(ctx, trunk_id)
    return Response(Data(found), headers=etag(found.version))


@patch(_TRUNK, access=_UPDATE, raises=(409,), tags=_TAGS)
async def change_trunk(
    ctx: PartnerContext, trunk_id: FromPath[UUID], data: JSONBody[TrunkChange], if_match: IfMatch = None
) -> Response[Data[Trunk]]:
    """Change exactly what is sent."""
    saved = await trunks.change_trunk(ctx, trunk_id, data, expected_version(if_match))
    return Response(Data(saved), headers=etag(saved.version))


@delete(_TRUNK, access=_UPDATE, raises=(409,), tags=_TAGS)
async def remove_trunk(ctx: PartnerContext, trunk_id: FromPath[UUID]) -> Data[Done]:
    """Delete a trunk; 409 while numbers use it."""
    await trunks.remove_trunk(ctx, trunk_id)
    return Data(Done())


@get(_NUMBERS, access=_READ, tags=_TAGS)
async def list_numbers(
    ctx: PartnerContext,
    status: FromQuery[NumberStatus | None] = None,
    workspace_id: FromQuery[UUID | None] = None,
    agent_id: FromQuery[UUID | None] = None,
    provider: Annotated[str | None, QueryParameter(max_length=40)] = None,
) -> Data[list[NumberOut]]:
    """List the organisation's numbers."""
    wanted = NumberFilter(status, provider, workspace_id, agent_id)
    return Data([number_out(row) for row in await number_queries.list_numbers(ctx, wanted)])


@post(_NUMBERS, access=_UPDATE, tags=_TAGS)
async def add_number(ctx: PartnerContext, data: JSONBody[NewNumber]) -> Response[Data[NumberOut]]:
    """Bring a number of one's own to a provider through a SIP trunk. It is `pending` until the provider has it."""
    added = await numbers.import_number(ctx, data)
    return Response(Data(number_out(added)), status_code=201, headers=etag(added.version))


@post(f"{_NUMBERS}/fetch", access=_UPDATE, status_code=200, tags=_TAGS)
async def fetch_numbers(ctx: PartnerContext) -> Data[list[FetchResult]]:
    """Ask every account for its numbers: new ones join the list, missing ones are marked."""
    return Data(await fetching.fetch_numbers(ctx))


@get(_NUMBER, access=_READ, tags=_TAGS)
async def read_number(ctx: PartnerContext, number_id: FromPath[UUID]) -> Response[Data[NumberOut]]:
    """Read one."""
    found = await number_queries.find_number(ctx, number_id)
    return Response(Data(number_out(found)), headers=etag(found.version))


@patch(_NUMBER, access=_UPDATE, raises=(409,), tags=_TAGS)
async def change_number(
    ctx: PartnerContext, number_id: FromPath[UUID], data: JSONBody[NumberChange], if_match: IfMatch = None
) -> Response[Data[NumberOut]]:
    """Change exactly what is sent. `assigned_workspace_id` lends the number to a workspace, null takes it back."""
    saved = await numbers.change_number(ctx, number_id, data, expected_version(if_match))
    return Response(Data(number_out(saved)), headers=etag(saved.version))


@delete(_NUMBER, access=_UPDATE, status_code=202, raises=(409,), tags=_TAGS)
async def release_number(ctx: PartnerContext, number_id: FromPath[UUID]) -> Data[Done]:
    """Release an imported number: it is taken away at the provider, then forgotten here."""
    await numbers.release_number(ctx, number_id)
    return Data(Done())


@post(f"{_NUMBER}/sync", access=_UPDATE, status_code=200, raises=(409,), tags=_TAGS)
async def import_number_again(ctx: PartnerContext, number_id: FromPath[UUID]) -> Data[NumberOut]:
    """Try an import that failed once more."""
    return Data(number_out(await numbers.retry_import(ctx, number_id)))


ROUTES = (
    list_trunks, add_trunk, read_trunk, change_trunk, remove_trunk, list_numbers, add_number, fetch_numbers, read_number,
    change_number, release_number, import_number_again,
)  # fmt: skip
