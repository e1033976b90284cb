"""The API of versions."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter

from inspralv.agents.history import actions, queries
from inspralv.agents.history.schemas import Restore, VersionDetail, VersionOut, version_detail, version_out
from inspralv.agents.schemas import Agent
from inspralv.foundation.web.answers import Data, Page, page_of
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import get, post
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_TAGS = ["Agents"]
_ALL = "/api/w/{workspace_slug:str}/agents/{agent_id:uuid}/versions"
_ONE = f"{_ALL}/{{number:int}}"
_LAST = 2**31 - 1
"""Versions are 32-bit."""

Number = Annotated[int, PathParameter(ge=1, le=_LAST)]


@get(_ALL, access=workspace(P.AGENTS_READ), tags=_TAGS)
async def list_versions(
    ctx: WorkspaceContext,
    agent_id: FromPath[UUID],
    page: Annotated[int, QueryParameter(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)] = 25,
) -> Data[Page[VersionOut]]:
    """List an agent's versions, newest first: every save of its content is one."""
    found = await queries.list_versions(ctx, agent_id, page, page_size)
    return Data(page_of([version_out(found.agent, row) for row in found.versions], found.total, page, page_size))


@get(_ONE, access=workspace(P.AGENTS_READ), tags=_TAGS)
async def read_version(ctx: WorkspaceContext, agent_id: FromPath[UUID], number: Number) -> Data[VersionDetail]:
    """Read what the agent was at a version."""
    return Data(version_detail(*await queries.find_version(ctx, agent_id, number)))


@post(f"{_ONE}/restore", access=workspace(P.AGENTS_UPDATE), status_code=200, raises=(409,), tags=_TAGS)
async def restore_version(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], number: Number, data: JSONBody[Restore], if_match: IfMatch = None
) -> Response[Data[Agent]]:
    """Make the agent what it was at a version, as a new version. Whether it is in use stays as it is."""
    agent = await actions.restore_version(ctx, agent_id, number, data.note, expected_version(if_match))
    return Response(Data(agent), headers=etag(agent.version))


ROUTES = (list_versions, read_version, restore_version)
