"""The API of agents. No answer holds a provider key: agents have none."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody, QueryParameter

from inspralv.agents import actions, queries
from inspralv.agents.schemas import Agent, AgentChange, AgentDraft, AgentFilter, Done
from inspralv.foundation.web.answers import Data, Page, page_of
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import delete, get, patch, post, put
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_TAGS = ["Agents"]
_ALL = "/api/w/{workspace_slug:str}/agents"
_ONE = f"{_ALL}/{{agent_id:uuid}}"
_LAST_PAGE = 1_000_000


@get(_ALL, access=workspace(P.AGENTS_READ), tags=_TAGS)
async def list_agents(
    ctx: WorkspaceContext,
    page: Annotated[int, QueryParameter(ge=1, le=_LAST_PAGE)] = 1,
    page_size: Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)] = 10,
    provider: Annotated[str | None, QueryParameter(max_length=40)] = None,
    is_active: Annotated[bool | None, QueryParameter(name="isActive")] = None,
    search: Annotated[str | None, QueryParameter(max_length=255)] = None,
) -> Data[Page[Agent]]:
    """List agents, newest first."""
    wanted = AgentFilter(page, page_size, provider, is_active, search)
    found = await queries.list_agents(ctx, wanted)
    return Data(page_of(found.agents, found.total, page, page_size))


@post(_ALL, access=workspace(P.AGENTS_CREATE), tags=_TAGS)
async def create_agent(ctx: WorkspaceContext, data: JSONBody[AgentDraft]) -> Response[Data[Agent]]:
    """Create an agent. It is saved at once; a job brings it to the provider."""
    agent = await actions.create_agent(ctx, data)
    return Response(Data(agent), status_code=201, headers=etag(agent.version))


@get(_ONE, access=workspace(P.AGENTS_READ), tags=_TAGS)
async def read_agent(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Response[Data[Agent]]:
    """Read an agent; the `ETag` is its version."""
    agent = await queries.find_agent(ctx, agent_id)
    return Response(Data(agent), headers=etag(agent.version))


@patch(_ONE, access=workspace(P.AGENTS_UPDATE), raises=(409,), tags=_TAGS)
async def revise_agent(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], data: JSONBody[AgentChange], if_match: IfMatch = None
) -> Response[Data[Agent]]:
    """Change exactly what is sent."""
    agent = await actions.revise_agent(ctx, agent_id, data, expected_version(if_match))
    return Response(Data(agent), headers=etag(agent.version))


@delete(_ONE, access=workspace(P.AGENTS_DELETE), raises=(409,), tags=_TAGS)
async def delete_agent(ctx: WorkspaceContext, agent_id: FromPath[UUID], if_match: IfMatch = None) -> Data[Done]:
    """Delete an agent; a job removes it at the provider. `POST …/restore` undoes it."""
    await actions.delete_agent(ctx, agent_id, expected_version(if_match))
    return Data(Done())


@post(f"{_ONE}/restore", access=workspace(P.AGENTS_DELETE), status_code=200, tags=_TAGS)
async def restore_agent(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Response[Data[Agent]]:
    """Undo a deletion."""
    agent = await actions.restore_agent(ctx, agent_id)
    return Response(Data(agent), headers=etag(agent.version))


@post(f"{_ONE}/sync", access=workspace(P.AGENTS_SYNC), status_code=202, tags=_TAGS)
async def sync_agent(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Data[Agent]:
    """Bring the agent to the provider again."""
    return Data(await actions.request_sync(ctx, agent_id))


@put(f"{_ONE}/activation", access=workspace(P.AGENTS_UPDATE), tags=_TAGS)
async def activate_agent(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Response[Data[Agent]]:
    """Put the agent in use."""
    agent = await actions.set_activation(ctx, agent_id, is_active=True)
    return Response(Data(agent), headers=etag(agent.version))


@delete(f"{_ONE}/activation", access=workspace(P.AGENTS_UPDATE), tags=_TAGS)
async def deactivate_agent(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Response[Data[Agent]]:
    """Put the agent out of use."""
    agent = await actions.set_activation(ctx, agent_id, is_active=False)
    return Response(Data(agent), headers=etag(agent.version))


ROUTES = (
    list_agents, create_agent, read_agent, revise_agent, delete_agent, restore_agent, sync_agent, activate_agent,
    deactivate_agent,
)  # fmt: skip
