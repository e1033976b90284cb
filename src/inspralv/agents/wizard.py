"""The wizard that makes an agent in three steps. What was typed is kept with the person, so every step is a page of its
own: back, forward and reload work, with and without scripts."""

from __future__ import annotations

from typing import Annotated, Any

from litestar.params import QueryParameter
from litestar.response import Redirect

from inspralv.agents import actions
from inspralv.agents.drafts import drop_draft, find_draft, save_draft
from inspralv.agents.forms import STEP_FIELDS, read_draft, step_of
from inspralv.agents.page_models import wizard_page
from inspralv.agents.prompt_templates import BY_KEY, TEMPLATES
from inspralv.foundation.errors import FieldError, Forbidden, Invalid
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
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


@get(_NEW, access=workspace(P.AGENTS_CREATE))
async def show_wizard(ctx: WorkspaceContext, step: Annotated[int, QueryParameter(ge=1, le=_LAST)] = 1) -> View:
    """Show a step with what was typed before."""
    return _step(ctx, step, Form(_with_usual(ctx, await find_draft(ctx))))


@post(_NEW, access=workspace(P.AGENTS_CREATE), status_code=200)
async def take_step(ctx: WorkspaceContext, data: FormBody) -> View | Redirect:
    """Keep what was typed and go on, back, or make the agent."""
    step = int(data.get("step", "")) if data.get("step", "") in {"1", "2", "3"} else 1
    do = data.get("_do", "next")
    typed = {name: data.get(name, "") for name in STEP_FIELDS[step]}
    too_long = [
        FieldError(f"/{name}", "This is too long.") for name, value in typed.items() if len(value) > _MOST_TYPED
    ]
    if too_long or find_errors(typed, dict[str, str]):
        return _step(
            ctx, step, form_of_refusal(data, Invalid(errors=(*too_long, *find_errors(typed, dict[str, str])))), 422
        )
    draft = {**_with_usual(ctx, await find_draft(ctx)), **typed}
    if do == "template":
        draft |= _from_template(ctx, draft.get("template", ""))
    await save_draft(ctx, draft)
    if do == "create":
        return await _create(ctx, draft)
    if do == "next" and (faults := _faults_of_step(draft, step)):
        return _step(ctx, step, Form(draft, faults), 400)
    target = {"back": max(1, step - 1), "next": min(_LAST, step + 1)}.get(do, step)
    return Redirect(f"/w/{ctx.workspace.slug}/agents/new?step={target}", status_code=303)


async def _create(ctx: WorkspaceContext, fields: dict[str, str]) -> View | Redirect:
    draft, form = read_draft(fields)
    if draft is not None:
        try:
            agent = await actions.create_agent(ctx, draft)
        except Invalid as refusal:
            form = form_of_refusal(fields, refusal)
        except Forbidden as refusal:
            return _step(ctx, _LAST, Form(fields, {"": refusal.detail}), 403)
        else:
            await drop_draft(ctx)
            return Redirect(f"/w/{ctx.workspace.slug}/agents/{agent.id}", status_code=303)
    first = min((step_of(field) for field in form.errors), default=_LAST)
    return _step(ctx, first, form, 400)


def _faults_of_step(fields: dict[str, str], step: int) -> dict[str, str]:
    """Only what this step asks for: what later steps ask is not wrong yet."""
    _, form = read_draft(fields)
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


def _with_usual(ctx: WorkspaceContext, draft: dict[str, str]) -> dict[str, str]:
    """Fill in what the first look at the wizard shows as chosen."""
    provider = _provider(ctx, draft.get("provider", ""))
    voice = provider.options.default_voice
    usual = {
        "provider": provider.name,
        "config.language": provider.options.default_transcriber.language or "",
        "voice": f"{voice.provider}/{voice.id}",
        "tool_end_call": "true",
    }
    return {**usual, **draft}


def _provider(ctx: WorkspaceContext, name: str) -> VoiceProvider:
    registry = ctx.services.get(ProviderRegistry)
    return registry[name] if name in registry else next(iter(registry.values()))


def _step(ctx: WorkspaceContext, step: int, form: Form[Any], status: int = 200) -> View:
    provider = _provider(ctx, form.value("provider"))
    model = wizard_page(step, form, provider, tuple(ctx.services.get(ProviderRegistry).values()))
    crumbs = [("Agents", f"/w/{ctx.workspace.slug}/agents"), ("New agent", "")]
    return View("agents/new.html", model, title="New agent", crumbs=crumbs, status=status)


ROUTES = (show_wizard, take_step)
