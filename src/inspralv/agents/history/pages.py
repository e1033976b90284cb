"""The pages of versions: the list, one in full, two side by side, and the question before going back."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar.params import FromPath, PathParameter, QueryParameter
from litestar.response import Redirect

from inspralv.agents.history import actions, queries
from inspralv.agents.history.comparing import compare
from inspralv.agents.history.fields import label_of, spelled_out
from inspralv.agents.history.misfits import misfits, unheard
from inspralv.agents.history.schemas import AgentHead, AgentVersion, Restore
from inspralv.agents.history.views import (
    PAGE_SIZE,
    ComparePage,
    RestorePage,
    Top,
    VersionPage,
    VersionsPage,
    fault_lines,
    listed,
    top_of,
    values_of,
)  # fmt: skip
from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_ALL = "/w/{workspace_slug:str}/agents/{agent_id:uuid}/versions"
_ONE = f"{_ALL}/{{number:int}}"
_LAST = 2**31 - 1
Number = Annotated[int, QueryParameter(ge=0, le=_LAST)]
PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]
PathNumber = Annotated[int, PathParameter(ge=1, le=_LAST)]


@get(_ALL, access=workspace(P.AGENTS_READ))
async def show_versions(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], page: PageNumber = 1, restored: Number = 0
) -> View:
    """Show an agent's versions, newest first."""
    found = await queries.list_versions(ctx, agent_id, page, PAGE_SIZE)
    top, rows = _top(ctx, found.agent), found.versions
    undo = rows[1].version if restored and len(rows) > 1 and rows[0].restored_from == restored else None
    model = VersionsPage(
        top=top, versions=[listed(found.agent, row) for row in rows], left=rows[min(1, len(rows) - 1)].version if rows else 0,
        right=rows[0].version if rows else 0, page=page, total=found.total, undo=undo,
    )  # fmt: skip
    return View("agents/versions.html", model, _("Versions of %(name)s", name=top.agent.name), _crumbs(top))


@get(_ONE, access=workspace(P.AGENTS_READ))
async def show_version(ctx: WorkspaceContext, agent_id: FromPath[UUID], number: PathNumber) -> View:
    """Show what the agent was at a version."""
    agent, version = await queries.find_version(ctx, agent_id, number)
    model = VersionPage(
        _top(ctx, agent), listed(agent, version), number, values_of(version, _provider_of(ctx, version))
    )
    title = _("Version %(version)s", version=version.version)
    return View("agents/version.html", model, title, _crumbs(model.top, title))


@get(f"{_ALL}/compare", access=workspace(P.AGENTS_READ))
async def compare_versions(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], left: Number = 1, right: Number = 1
) -> View:
    """Show two versions side by side."""
    agent, older, newer = await queries.find_two(ctx, agent_id, max(1, left), max(1, right))
    diffs = compare(_said(ctx, older), _said(ctx, newer))
    model = ComparePage(_top(ctx, agent), older, newer, diffs)
    return View("agents/compare.html", model, _("Compare versions"), _crumbs(model.top, _("Compare")))


@get(f"{_ONE}/restore", access=workspace(P.AGENTS_UPDATE))
async def ask_before_restoring(ctx: WorkspaceContext, agent_id: FromPath[UUID], number: PathNumber) -> View:
    """Ask before going back: show what would change, and what does not fit any more."""
    return await _question(ctx, agent_id, number, Form({}))


@post(f"{_ONE}/restore", access=workspace(P.AGENTS_UPDATE), status_code=200)
async def restore_after_asking(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], number: PathNumber, data: FormBody
) -> View | Redirect:
    """Go back to a version, and show the list with the new one."""
    wanted, form = read_form({"note": data.get("note", "")}, Restore)
    if wanted is None:
        return await _question(ctx, agent_id, number, form, 400)
    try:
        await actions.restore_version(ctx, agent_id, number, wanted.note, _opened_at(data))
    except Conflict as refusal:
        return await _question(ctx, agent_id, number, form, 409, refusal.detail)
    except Invalid as refusal:
        return await _question(ctx, agent_id, number, form_of_refusal(data, refusal), 400)
    here = f"/w/{ctx.workspace.slug}/agents/{agent_id}/versions"
    return Redirect(f"{here}?restored={number}", status_code=303)


async def _question(
    ctx: WorkspaceContext, agent_id: UUID, number: int, form: Form[Restore], status: int = 200, stale: str = ""
) -> View:
    agent, now, version = await queries.find_two(ctx, agent_id, None, number)
    faults, ignored = _fit(ctx, version)
    model = RestorePage(
        top=_top(ctx, agent), version=version, diffs=compare(_said(ctx, now), _said(ctx, version)),
        faults=fault_lines(faults), unheard=[label_of(field) for field in ignored], form=form, stale=stale,
    )  # fmt: skip
    title = _("Restore version %(version)s", version=version.version)
    return View("agents/restore.html", model, title, _crumbs(model.top, title), status=status)


def _provider_of(ctx: WorkspaceContext, version: AgentVersion) -> VoiceProvider | None:
    registry = ctx.services.get(ProviderRegistry)
    name = str(version.content.get("provider"))
    if name not in registry:
        return None
    return registry[name]


def _said(ctx: WorkspaceContext, version: AgentVersion) -> dict[str, Any]:
    return spelled_out(version.content, _provider_of(ctx, version))


def _fit(ctx: WorkspaceContext, version: AgentVersion) -> tuple[list[FieldError], list[str]]:
    """Return what does not fit the version's provider today, and what that provider ignores."""
    registry = ctx.services.get(ProviderRegistry)
    name = version.content["provider"]
    if name not in registry:
        return [FieldError("/provider", _("This installation does not have this provider any more."))], []
    return misfits(registry[name], version.content), unheard(registry[name].options, version.content)


def _top(ctx: WorkspaceContext, agent: AgentHead) -> Top:
    registry = ctx.services.get(ProviderRegistry)
    label = registry[agent.provider].label if agent.provider in registry else agent.provider
    return top_of(ctx, agent, label)


def _crumbs(top: Top, here: str = "") -> list[tuple[str, str]]:
    way = [(_("Agents"), f"{top.base}/agents"), (top.agent.name, top.here)]
    return [*way, (_("Versions"), f"{top.here}/versions"), (here, "")] if here else [*way, (_("Versions"), "")]


def _opened_at(fields: FormBody) -> int:
    """Return the version at which the question was asked; 0, which no agent has, when it does not say."""
    text = fields.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - 32-bit


ROUTES = (show_versions, show_version, compare_versions, ask_before_restoring, restore_after_asking)
