"""The pages of agents: list, cards, deletion. Editor and wizard have files of their own."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from inspralv.agents import actions, policy, queries
from inspralv.agents.page_models import (
    PAGE_SIZE,
    AgentCardPart,
    AgentDeletedPart,
    AgentsPage,
    Card,
    DeletePage,
    ListFilters,
    LiveAgents,
    Rights,
    card_of,
)  # fmt: skip
from inspralv.agents.schemas import AgentFilter
from inspralv.agents.voice_policy import call_policy
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.routing import delete, get, post
from inspralv.foundation.web.view import View
from inspralv.integrations.connections import provider_of
from inspralv.providers.contract import Choice
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_ALL = "/w/{workspace_slug:str}/agents"
_ONE = f"{_ALL}/{{agent_id:uuid}}"
_STATUS = {"active": True, "paused": False}


@get(_ALL, access=workspace(P.AGENTS_READ))
async def show_agents(
    ctx: WorkspaceContext,
    q: Annotated[str, QueryParameter(max_length=255)] = "",
    provider: Annotated[str, QueryParameter(max_length=40)] = "",
    status: Annotated[str, QueryParameter(max_length=20)] = "",
    page: Annotated[int, QueryParameter(ge=1, le=1_000_000)] = 1,
) -> View:
    """Show the agents of the workspace as cards."""
    filters = ListFilters(q.strip(), provider, status if status in _STATUS else "")
    wanted = AgentFilter(page, PAGE_SIZE, provider or None, _STATUS.get(status), filters.q or None)
    found = await queries.list_cards(ctx, wanted)
    registry = ctx.services.get(ProviderRegistry)
    model = AgentsPage(
        cards=[_card(ctx, agent) for agent in found.cards],
        filters=filters,
        providers=[Choice(one.name, one.label) for one in registry.values()],
        total=found.total,
        everything=found.everything,
        most=policy.most_agents(ctx),
        page=page,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        page_url=_page_url(ctx, filters),
        rights=Rights.of(ctx),
        has_room=policy.may_add(ctx, found.everything) is None,
    )
    return View("agents/list.html", model, title=_("Agents"), headers=call_policy(ctx.services))


@post(f"{_ONE}/sync", access=workspace(P.AGENTS_SYNC), status_code=200)
async def retry_sync(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> View | Redirect:
    """Bring the agent to its provider again."""
    await actions.request_sync(ctx, agent_id)
    if not _is_htmx(request):
        return Redirect(f"/w/{ctx.workspace.slug}/agents/{agent_id}", status_code=303)
    return View("agents/live.html", LiveAgents([_card(ctx, await queries.find_card(ctx, agent_id))]))


@post(f"{_ONE}/activation", access=workspace(P.AGENTS_UPDATE), status_code=200)
async def switch_agent(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], data: FormBody, request: Request[Any, Any, Any]
) -> View | Redirect:
    """Put the agent in or out of use, as the switch says."""
    await actions.set_activation(ctx, agent_id, is_active=data.get("active") == "true")
    if not _is_htmx(request):
        return Redirect(f"/w/{ctx.workspace.slug}/agents", status_code=303)
    return View("agents/live.html", LiveAgents([_card(ctx, await queries.find_card(ctx, agent_id))]))


@get(f"{_ONE}/delete", access=workspace(P.AGENTS_DELETE))
async def ask_before_deleting(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> View:
    """Ask before a deletion, where no script opens the dialog."""
    card = _card(ctx, await queries.find_card(ctx, agent_id))
    crumbs = [
        (_("Agents"), f"{card.base}/agents"),
        (card.agent.name, f"{card.base}/agents/{agent_id}"),
        (_("Delete"), ""),
    ]
    return View("agents/delete.html", DeletePage(card), title=_("Delete %(name)s", name=card.agent.name), crumbs=crumbs)


@post(f"{_ONE}/delete", access=workspace(P.AGENTS_DELETE))
async def delete_after_asking(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Redirect:
    """Delete the agent and go back to the list."""
    await actions.delete_agent(ctx, agent_id)
    return Redirect(f"/w/{ctx.workspace.slug}/agents", status_code=303)


@delete(_ONE, access=workspace(P.AGENTS_DELETE))
async def delete_card(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> View:
    """Delete the agent of a card; the answer counts afresh and offers to undo."""
    agent = await actions.delete_agent(ctx, agent_id)
    model = AgentDeletedPart(
        id=str(agent.id), name=agent.name, base=f"/w/{ctx.workspace.slug}", everything=await queries.count_agents(ctx),
        most=policy.most_agents(ctx),
    )  # fmt: skip
    return View("agents/deleted.html", model)


@post(f"{_ONE}/restore", access=workspace(P.AGENTS_DELETE), status_code=200)
async def restore_card(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> View | Redirect:
    """Undo a deletion; the card comes back."""
    await actions.restore_agent(ctx, agent_id)
    if not _is_htmx(request):
        return Redirect(f"/w/{ctx.workspace.slug}/agents", status_code=303)
    card = _card(ctx, await queries.find_card(ctx, agent_id))
    model = AgentCardPart(card, await queries.count_agents(ctx), policy.most_agents(ctx))
    return View("agents/restored.html", model)


async def draw_agents(ctx: WorkspaceContext, subject: str) -> View | None:
    """Draw cards and state panels afresh: the one a notice names, or all."""
    if not ctx.may(P.AGENTS_READ):
        return None
    if subject:
        try:
            agents = [await queries.find_card(ctx, UUID(subject))]
        except NotFound:
            return None  # deleted: whoever did it has seen the card go, with the offer to undo
    else:
        agents = (await queries.list_cards(ctx, AgentFilter(page_size=100))).cards
    return View("agents/live.html", LiveAgents([_card(ctx, agent) for agent in agents]))


def _card(ctx: WorkspaceContext, agent: Any) -> Card:
    return card_of(ctx, provider_of(ctx.services, agent.provider), agent)


def _page_url(ctx: WorkspaceContext, filters: ListFilters) -> str:
    """Return the address of a page of this list, with {page} to be filled in."""
    wanted = {"q": filters.q, "provider": filters.provider, "status": filters.status}
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"/w/{ctx.workspace.slug}/agents?{query}{'&' if query else ''}page={{page}}"


def _is_htmx(request: Request[Any, Any, Any]) -> bool:
    return "hx-request" in request.headers


ROUTES = (
    show_agents, retry_sync, switch_agent, ask_before_deleting, delete_after_asking,
    delete_card, restore_card,
)  # fmt: skip
