"""The wizard that makes an agent in three steps. What was typed is kept with the person, so every step is a page of its
own: back, forward and reload work, with and without scripts."""

from __future__ import annotations

from typing import Annotated, Any

from litestar.params import QueryParameter
from litestar.response import Redirect

from inspralv.agents import actions
from inspralv.agents.drafts import Draft, drop_draft, find_draft, save_draft
from inspralv.agents.editor_models import provider_tiles, wizard_page
from inspralv.agents.forms import TEXTS, plain
from inspralv.agents.prompt_templates import BY_KEY, TEMPLATES
from inspralv.agents.wizard_form import LISTS, STEP_FIELDS, at_wizard_fields, read_draft, step_of
from inspralv.foundation.errors import FieldError, Forbidden, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, messages
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.validation import find_errors
from inspralv.foundation.web.view import View
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_NEW = "/w/{workspace_slug:str}/agents/new"
_LAST = 3
_MOST_TYPED = 60_000
_OF_PROVIDER = ("voice", "config.language", "model_provider", "transcriber_provider", *LISTS,
                *(name for name in STEP_FIELDS[2] if name.startswith("config.voice_settings")))  # fmt: skip


@get(_NEW, access=workspace(P.AGENTS_CREATE))
async def show_wizard(
    ctx: WorkspaceContext,
    step: Annotated[int, QueryParameter(ge=1, le=_LAST)] = 1,
    voice: Annotated[str, QueryParameter(max_length=300)] = "",
) -> View:
    """Show a step with what was typed before; with `voice` (maker/id), as if that had just been chosen."""
    draft = await find_draft(ctx)
    chosen = {"voice": voice} if "/" in voice else {}
    return _step(ctx, step, Form({**_with_usual(ctx, draft), **chosen}), draft)


@post(_NEW, access=workspace(P.AGENTS_CREATE), status_code=200)
async def take_step(ctx: WorkspaceContext, data: FormBody) -> View | Redirect:
    """Keep what was typed and go on, back, or make the agent; or show the step again with what a button has done."""
    step = int(data.get("step", "")) if data.get("step", "") in {"1", "2", "3"} else 1
    do = data.get("_do", "next")
    sent = plain(data)
    typed = {name: sent.get(name, "") for name in STEP_FIELDS[step]}
    draft = await find_draft(ctx)
    too_long = [
        FieldError(f"/{name}", _("This is too long.")) for name, value in typed.items() if len(value) > _MOST_TYPED
    ]
    if too_long or find_errors(typed, dict[str, str]):
        faults = Invalid(errors=(*too_long, *find_errors(typed, dict[str, str])))
        return _step(ctx, step, form_of_refusal(data, faults), draft, 422)
    kept = _changed(ctx, _with_usual(ctx, draft), typed, do)
    if do == "show":
        return _step(ctx, step, Form(kept), draft)
    await save_draft(ctx, kept)
    await ctx.commit()  # what was typed is kept, whatever is wrong with it
    if do == "create":
        return await _create(ctx, kept, draft)
    if do == "next" and (faults_here := _faults_of_step(kept, step)):
        return _step(ctx, step, Form(kept, faults_here), draft, 400)
    target = {"back": max(1, step - 1), "next": min(_LAST, step + 1)}.get(do, step)
    return Redirect(f"/w/{ctx.workspace.slug}/agents/new?step={target}", status_code=303)


def _changed(ctx: WorkspaceContext, before: dict[str, str], typed: dict[str, str], do: str) -> dict[str, str]:
    """Return the draft with what was typed. Another provider forgets what belonged to the one before; a template keeps
    the texts that it replaces until the next step."""
    kept = {**before, **typed}
    if "provider" in typed and typed["provider"] != before["provider"]:
        kept = {name: value for name, value in kept.items() if name not in _OF_PROVIDER}
        kept = {**_usual(_provider(ctx, typed["provider"])), **kept}
    if do == "template":
        kept |= {f"undo.{name}": kept.get(name, "") for name in TEXTS}
        kept |= _from_template(ctx, kept.get("template", ""))
    elif do == "undo":
        kept |= {name: kept.get(f"undo.{name}", kept.get(name, "")) for name in TEXTS}
    if do != "template":
        kept = {name: value for name, value in kept.items() if not name.startswith("undo.")}
    return kept


async def _create(ctx: WorkspaceContext, fields: dict[str, str], kept: Draft) -> View | Redirect:
    draft, form = read_draft(fields)
    if draft is not None:
        try:
            agent = await actions.create_agent(ctx, draft)
        except Invalid as refusal:
            form = Form(fields, at_wizard_fields(messages(refusal.errors)) or {"": refusal.detail})
        except Forbidden as refusal:
            return _step(ctx, _LAST, Form(fields, {"": refusal.detail}), kept, 403)
        else:
            await drop_draft(ctx)
            return Redirect(f"/w/{ctx.workspace.slug}/agents/{agent.id}", status_code=303)
    first = min((step_of(field) for field in form.errors), default=_LAST)
    return _step(ctx, first, form, kept, 400)


def _faults_of_step(fields: dict[str, str], step: int) -> dict[str, str]:
    """Only what this step asks for: what later steps ask is not wrong yet."""
    _rest, form = read_draft(fields)
    return {field: words for field, words in form.errors.items() if field in STEP_FIELDS[step]}


def _from_template(ctx: WorkspaceContext, key: str) -> dict[str, str]:
    template = BY_KEY.get(key, TEMPLATES[0])
    business = ctx.workspace.name
    return {
        "template": template.key,
        "config.first_message": template.greeting_for(business),
        "config.system_prompt": template.prompt_for(business),
        "tool_end_call": "true",
    }


def _with_usual(ctx: WorkspaceContext, draft: Draft) -> dict[str, str]:
    """Fill in what the first look at the wizard shows as chosen: a provider with a key, if there is one."""
    registry = ctx.services.get(ProviderRegistry)
    first = next((name for name in registry if name in draft.keyed), "")
    provider = _provider(ctx, draft.typed.get("provider", "") or first)
    return {**_usual(provider), "tool_end_call": "true", **draft.typed}


def _usual(provider: VoiceProvider) -> dict[str, str]:
    voice = provider.options.default_voice
    return {
        "provider": provider.name,
        "config.language": provider.options.default_transcriber.language or "",
        "voice": f"{voice.provider}/{voice.id}",
    }


def _provider(ctx: WorkspaceContext, name: str) -> VoiceProvider:
    registry = ctx.services.get(ProviderRegistry)
    return registry[name] if name in registry else next(iter(registry.values()))


def _step(ctx: WorkspaceContext, step: int, form: Form[Any], draft: Draft, status: int = 200) -> View:
    provider = _provider(ctx, form.value("provider"))
    tiles = provider_tiles(tuple(ctx.services.get(ProviderRegistry).values()), draft.keyed)
    model = wizard_page(f"/w/{ctx.workspace.slug}", step, form, provider, tiles, draft.of_workspace)
    crumbs = [(_("Agents"), f"/w/{ctx.workspace.slug}/agents"), (_("New agent"), "")]
    return View("agents/new.html", model, title=_("New agent"), crumbs=crumbs, status=status)


ROUTES = (show_wizard, take_step)
