"""The API of an agent's state at its provider."""

from __future__ import annotations

from uuid import UUID

from litestar import Response
from litestar.params import FromPath

from inspralv.agents.drift import actions, queries
from inspralv.agents.drift.report import report_of
from inspralv.agents.drift.schemas import Adopted, DriftReport
from inspralv.agents.drift.tasks import check_job
from inspralv.agents.schemas import Agent
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import get, post
from inspralv.integrations.connections import provider_of
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_TAGS = ["Agents"]
_DRIFT = "/api/w/{workspace_slug:str}/agents/{agent_id:uuid}/drift"


@get(_DRIFT, access=workspace(P.AGENTS_READ), tags=_TAGS)
async def read_drift(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Data[DriftReport]:
    """Read how the agent differs at its provider, as of the last check."""
    return Data(await _report(ctx, agent_id))


@post(f"{_DRIFT}/check", access=workspace(P.AGENTS_SYNC), status_code=202, raises=(409,), tags=_TAGS)
async def check_drift(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Data[DriftReport]:
    """Have the provider asked now. A job does it; until then the answer says that it is checking."""
    await actions.ask_for_check(ctx, agent_id)
    ctx.defer(check_job(agent_id))
    return Data(await _report(ctx, agent_id))


@post(f"{_DRIFT}/adopt", access=workspace(P.AGENTS_UPDATE), status_code=200, raises=(409,), tags=_TAGS)
async def adopt_drift(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], if_match: IfMatch = None
) -> Response[Data[Adopted]]:
    """Take over what was changed at the provider, as a new version."""
    found = await actions.adopt_drift(ctx, agent_id, expected_version(if_match))
    return Response(Data(found), headers=etag(found.agent.version))


@post(f"{_DRIFT}/overwrite", access=workspace(P.AGENTS_SYNC), status_code=202, tags=_TAGS)
async def overwrite_drift(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Data[Agent]:
    """Send the agent to its provider again, over whatever was changed there; made anew where it is gone."""
    return Data(await actions.overwrite_drift(ctx, agent_id))


async def _report(ctx: WorkspaceContext, agent_id: UUID) -> DriftReport:
    found = await queries.find_at_provider(ctx, agent_id)
    return report_of(found, provider_of(ctx.services, found.agent.provider).label, ctx.now)


ROUTES = (read_drift, check_drift, adopt_drift, overwrite_drift)
