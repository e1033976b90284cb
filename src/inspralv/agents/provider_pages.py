"""Changing the provider of an agent: what is carried over and what is not stands there before it happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from inspralv.agents import actions, queries
from inspralv.agents.editor_models import ProviderTile, provider_tiles
from inspralv.agents.fit import Fit, fit
from inspralv.agents.forms import version_of
from inspralv.agents.policy import require_provider
from inspralv.agents.schemas import AgentChange, EditedAgent, content_of
from inspralv.foundation.errors import Conflict, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.integrations.connections import provider_of
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_HERE = "/w/{workspace_slug:str}/agents/{agent_id:uuid}/provider"


class ChangePage(msgspec.Struct, frozen=True):
    """The question. `fit` is there once another provider is chosen; `refusal` says why it did not happen."""

    agent: EditedAgent
    here: str
    label: str
    tiles: Sequence[ProviderTile]
    to: str
    to_label: str
    fit: Fit | None
    has_key: bool
    refusal: str = ""


@get(_HERE, access=workspace(P.AGENTS_UPDATE))
async def ask_for_provider(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], to: Annotated[str, QueryParameter(max_length=40)] = ""
) -> View:
    """Show where the agent can go, and what becomes of it there."""
    return _question(ctx, await queries.find_edited(ctx, agent_id), to)


@post(_HERE, access=workspace(P.AGENTS_UPDATE), status_code=200)
async def change_provider(ctx: WorkspaceContext, agent_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Move the agent; it is removed where it was and made where it goes, by jobs."""
    to = data.get("to", "")
    agent = await queries.find_edited(ctx, agent_id)
    require_provider(ctx.services.get(ProviderRegistry), to)
    note = _("Moved to %(label)s", label=provider_of(ctx.services, to).label)
    change = AgentChange(provider=to, accept_losses=data.get("accept_losses") == "true", note=note)
    try:
        await actions.revise_agent(ctx, agent_id, change, version_of(data))
    except Conflict as refusal:
        return _question(ctx, agent, to, refusal.detail, 409)
    except Invalid as refusal:
        return _question(ctx, agent, to, refusal.detail, 400)
    return Redirect(f"/w/{ctx.workspace.slug}/agents/{agent_id}?saved=1", status_code=303)


def _question(ctx: WorkspaceContext, agent: EditedAgent, to: str, refusal: str = "", status: int = 200) -> View:
    registry = ctx.services.get(ProviderRegistry)
    source = registry[agent.provider]
    others = tuple(one for one in registry.values() if one.name != agent.provider)
    tiles = provider_tiles(others, agent.keyed)
    target = require_provider(registry, to) if to and to != agent.provider else None
    base = f"/w/{ctx.workspace.slug}/agents"
    model = ChangePage(
        agent=agent, here=f"{base}/{agent.id}/provider", label=source.label, tiles=tiles,
        to=target.name if target else "", to_label=target.label if target else "",
        fit=fit(content_of(agent), source, target) if target else None,
        has_key=target is not None and target.name in agent.keyed, refusal=refusal,
    )  # fmt: skip
    crumbs = [(_("Agents"), base), (agent.name, f"{base}/{agent.id}"), (_("Change provider"), "")]
    return View("agents/provider.html", model, title=_("Change provider"), crumbs=crumbs, status=status)


ROUTES = (ask_for_provider, change_provider)
