"""The editor of one agent. Every button sends the whole form, so nothing that was typed is lost; only two of them save.
With scripts, the part that a button concerns is swapped; without, the page comes again."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from inspralv.agents import actions, queries
from inspralv.agents.editor_models import Editing, detail_page
from inspralv.agents.forms import TEXTS, VARIABLES, Typed, read_change, stored_form, version_of, worded
from inspralv.agents.page_models import card_of
from inspralv.agents.prompt_templates import BY_KEY
from inspralv.agents.schemas import EditedAgent
from inspralv.agents.tools import TOOL_KINDS
from inspralv.agents.tools_form import new_row
from inspralv.agents.voice_policy import call_policy
from inspralv.agents.voices import VoiceLists, list_voices
from inspralv.foundation.errors import Conflict, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, FormBody, messages
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.integrations.connections import provider_of
from inspralv.providers.contract import Ability, Voice
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy import variables_form
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_ONE = "/w/{workspace_slug:str}/agents/{agent_id:uuid}"
_SAVING = {"save", "overwrite"}


@get(_ONE, access=workspace(P.AGENTS_READ))
async def show_agent(
    ctx: WorkspaceContext,
    agent_id: FromPath[UUID],
    saved: Annotated[int, QueryParameter(ge=0, le=1)] = 0,
    voice: Annotated[str, QueryParameter(max_length=300)] = "",
) -> View:
    """Show one agent in its editor; with `voice` (maker/id), as if that had just been chosen."""
    agent = await queries.find_edited(ctx, agent_id)
    typed = stored_form(agent)
    maker, _rest, voice_id = voice.partition("/")
    if voice_id:
        typed.form.values.update({"voice_provider": maker, "config.voice_id": voice_id})
    label = provider_of(ctx.services, agent.provider).label
    flash = ("success", _("Saved"), _("%(label)s is told now.", label=label)) if saved else None
    return _editor(ctx, agent, Editing(typed, changed=bool(voice_id)), flash=flash)


@post(_ONE, access=workspace(P.AGENTS_UPDATE), status_code=200)
async def save_agent(ctx: WorkspaceContext, agent_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Save the editor, or show it again with what a button has done to it."""
    agent = await queries.find_edited(ctx, agent_id)
    typed = read_change(data, agent)
    do = data.get("_do", "save")
    if do not in _SAVING:
        live = await _asked_voices(ctx, agent) if do == "voice" else None
        return _editor(ctx, agent, _shown(ctx, typed, do), live=live)
    if typed.change is None:
        return _editor(ctx, agent, Editing(typed, changed=True), status=400)
    try:
        await actions.revise_agent(ctx, agent_id, typed.change, None if do == "overwrite" else version_of(data))
    except Invalid as refusal:
        return _editor(ctx, agent, Editing(_refused(typed, refusal), changed=True), status=400)
    except Conflict as refusal:
        return _editor(ctx, agent, Editing(typed, changed=True, stale=refusal.detail), status=409)
    return Redirect(f"/w/{ctx.workspace.slug}/agents/{agent_id}?saved=1", status_code=303)


def _shown(ctx: WorkspaceContext, typed: Typed, do: str) -> Editing:
    """Return the editor after a button that does not save. What is half typed is not wrong yet."""
    values = dict(typed.form.values)
    what, _rest, which = do.partition(":")
    tools, variables = typed.tools, typed.variables
    if what == "add" and which in TOOL_KINDS:
        tools = [*tools, new_row(len(tools), which)]
    elif what == "variable":
        variables = variables_form.add_row(variables, VARIABLES, which, "agent")
    elif what == "template" and values.get("template") in BY_KEY:
        template, business = BY_KEY[values["template"]], ctx.workspace.name
        values |= {f"undo.{name}": values.get(name, "") for name in TEXTS}
        values["config.first_message"] = template.greeting_for(business)
        values["config.system_prompt"] = template.prompt_for(business)
    elif what == "undo":
        values |= {name: values.pop(f"undo.{name}", values.get(name, "")) for name in TEXTS}
    again = msgspec.structs.replace(typed, form=Form(values), tools=tools, variables=variables)
    return Editing(again, changed=True, undo="undo.config.system_prompt" in values)


def _refused(typed: Typed, refusal: Invalid) -> Typed:
    found = worded(messages(refusal.errors)) or {"": refusal.detail}
    return msgspec.structs.replace(typed, form=Form(typed.form.values, found))


async def _asked_voices(ctx: WorkspaceContext, agent: EditedAgent) -> list[Voice] | None:
    """The account's voices, so that a typed id that is not among them is noticed before it is saved."""
    provider = provider_of(ctx.services, agent.provider)
    if Ability.VOICE_LIST not in provider.abilities:
        return None
    listing = await list_voices(ctx, provider)
    return list(listing.voices) if listing.is_live else None


def _editor(  # noqa: PLR0913 - a page, its state and what goes with it
    ctx: WorkspaceContext, agent: EditedAgent, edited: Editing, *, status: int = 200, live: list[Voice] | None = None,
    flash: tuple[str, str, str] | None = None,
) -> View:  # fmt: skip
    provider = provider_of(ctx.services, agent.provider)
    card = card_of(ctx, provider, agent)
    known = live if live is not None else ctx.services.get(VoiceLists).seen(agent.integration_id)
    others = len(ctx.services.get(ProviderRegistry)) > 1
    model = detail_page(card, agent, provider, edited, known, others)
    crumbs = [(_("Agents"), f"{card.base}/agents"), (agent.name, "")]
    headers = call_policy(ctx.services)
    return View("agents/detail.html", model, agent.name, crumbs, status=status, flash=flash, headers=headers)


ROUTES = (show_agent, save_agent)
