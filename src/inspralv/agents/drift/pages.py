"""The page about an agent's state at its provider."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from inspralv.agents.drift import actions, queries
from inspralv.agents.drift.tasks import check_job
from inspralv.agents.drift.views import DriftPage, drift_page
from inspralv.foundation.errors import Conflict, Invalid, NotFound
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_DRIFT = "/w/{workspace_slug:str}/agents/{agent_id:uuid}/drift"
_FLASHES = {
    "adopted": ("success", N_("Taken over"), N_("It is a new version now.")),
    "sent": ("success", N_("On its way"), N_("The provider is told what stands here.")),
}
Done = Annotated[str, QueryParameter(max_length=20)]


@get(_DRIFT, access=workspace(P.AGENTS_READ))
async def show_drift(ctx: WorkspaceContext, agent_id: FromPath[UUID], done: Done = "") -> View:
    """Show what differs: here, last sent, at the provider."""
    return _page(drift_page(ctx, await queries.find_at_provider(ctx, agent_id)), flash=_FLASHES.get(done))


@post(f"{_DRIFT}/check", access=workspace(P.AGENTS_SYNC), status_code=200)
async def check_now(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> View | Redirect:
    """Have the provider asked now."""
    try:
        await actions.ask_for_check(ctx, agent_id)
    except Conflict as refusal:
        return await _refused(ctx, agent_id, refusal.detail, 409)
    ctx.defer(check_job(agent_id))
    return _back(ctx, agent_id)


@post(f"{_DRIFT}/adopt", access=workspace(P.AGENTS_UPDATE), status_code=200)
async def adopt_here(ctx: WorkspaceContext, agent_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Take over what was changed at the provider."""
    text = data.get("version", "")
    opened_at = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - 32-bit
    try:
        await actions.adopt_drift(ctx, agent_id, opened_at)
    except Conflict as refusal:
        return await _refused(ctx, agent_id, refusal.detail, 409)
    except Invalid as refusal:
        return await _refused(ctx, agent_id, " ".join((refusal.detail, *(one.message for one in refusal.errors))), 400)
    return _back(ctx, agent_id, "adopted")


@post(f"{_DRIFT}/overwrite", access=workspace(P.AGENTS_SYNC), status_code=200)
async def overwrite_there(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Redirect:
    """Send what stands here again."""
    await actions.overwrite_drift(ctx, agent_id)
    return _back(ctx, agent_id, "sent")


async def draw_drift(ctx: WorkspaceContext, subject: str) -> View | None:
    """Draw the three-way view afresh, for the agent that a notice names."""
    if not subject or not ctx.may(P.AGENTS_READ):
        return None
    try:
        found = await queries.find_at_provider(ctx, UUID(subject))
    except NotFound:
        return None
    return View("agents/drift_live.html", drift_page(ctx, found))


async def _refused(ctx: WorkspaceContext, agent_id: UUID, reason: str, status: int) -> View:
    return _page(drift_page(ctx, await queries.find_at_provider(ctx, agent_id), reason), status)


def _page(model: DriftPage, status: int = 200, flash: tuple[str, str, str] | None = None) -> View:
    crumbs = [(_("Agents"), f"{model.base}/agents"), (model.agent.name, model.here), (_("Provider state"), "")]
    title = _("%(name)s at %(provider)s", name=model.agent.name, provider=model.report.provider)
    return View("agents/drift.html", model, title, crumbs, status=status, flash=flash)


def _back(ctx: WorkspaceContext, agent_id: UUID, done: str = "") -> Redirect:
    here = f"/w/{ctx.workspace.slug}/agents/{agent_id}/drift"
    return Redirect(f"{here}?done={done}" if done else here, status_code=303)


ROUTES = (show_drift, check_now, adopt_here, overwrite_there)
