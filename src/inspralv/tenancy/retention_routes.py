"""Data retention, as a form of the settings page and as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar.params import JSONBody
from msgspec import Meta

from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post, put
from inspralv.foundation.web.view import View
from inspralv.tenancy import queries
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.events import RetentionChanged
from inspralv.tenancy.permissions import P
from inspralv.tenancy.retention import LONGEST, Retention, find_retention, save_retention, stored_retention

_API = "/api/w/{workspace_slug:str}/retention"
_PAGE = "/w/{workspace_slug:str}/settings/retention"
_SAVED = ("success", N_("Data retention saved"), N_("What is older is deleted tonight."))
_KEPT = ("success", N_("Data retention saved"), N_("Everything is kept."))

Choice = Literal["forever", "days"]
DaysText = Annotated[str, Meta(max_length=10)]


class RetentionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form as it is sent: for each kind whether it is kept, else for how many days."""

    recordings: Choice = "forever"
    transcripts: Choice = "forever"
    recording_days: DaysText = ""
    transcript_days: DaysText = ""


class RetentionPage(msgspec.Struct, frozen=True):
    """The form, what is stored, and whether this person may change it."""

    form: Form[RetentionForm]
    stored: Retention
    may_update: bool
    longest: int = LONGEST


@get(_API, access=workspace(P.SETTINGS_READ), tags=["Workspaces"])
async def read_retention(ctx: WorkspaceContext) -> Data[Retention]:
    """Read how long recordings and what was said are kept."""
    return Data(await find_retention(ctx))


@put(_API, access=workspace(P.SETTINGS_UPDATE), tags=["Workspaces"])
async def set_retention(ctx: WorkspaceContext, data: JSONBody[Retention]) -> Data[Retention]:
    """Set how long recordings and what was said are kept. What is older is deleted in the night; figures stay."""
    await change_retention(ctx, data)
    return Data(data)


@get(_PAGE, access=workspace(P.SETTINGS_READ))
async def show_retention(ctx: WorkspaceContext) -> View:
    """Show how long recordings and what was said are kept."""
    stored = await find_retention(ctx)
    return _shown(ctx, stored, Form(_values(stored)))


@post(_PAGE, access=workspace(P.SETTINGS_UPDATE), status_code=200)
async def submit_retention(ctx: WorkspaceContext, data: FormBody) -> View:
    """Save how long recordings and what was said are kept."""
    typed, form = read_form(data, RetentionForm)
    stored = await find_retention(ctx)
    if typed is None:
        return _shown(ctx, stored, form, status=400)
    try:
        wanted = _read(typed)
    except Invalid as refusal:
        return _shown(ctx, stored, form_of_refusal(data, refusal), status=400)
    await change_retention(ctx, wanted)
    return _shown(ctx, wanted, Form(_values(wanted)), flash=_KEPT if wanted == Retention() else _SAVED)


async def change_retention(ctx: WorkspaceContext, wanted: Retention) -> None:
    """Set how long the workspace keeps, and say so."""
    current = await queries.find_workspace(ctx, lock=True)
    before = stored_retention(current.settings)
    old, new = changes(msgspec.to_builtins(before), msgspec.to_builtins(wanted))
    if new:
        await save_retention(ctx, wanted)
        ctx.record(RetentionChanged(entity_id=ctx.here, old=old, new=new))


def _read(typed: RetentionForm) -> Retention:
    days: dict[str, int | None] = {"recording_days": None, "transcript_days": None}
    errors = []
    for choice, name in (("recordings", "recording_days"), ("transcripts", "transcript_days")):
        text = getattr(typed, name).strip()
        if getattr(typed, choice) == "forever":
            continue
        if text.isascii() and text.isdecimal() and 1 <= int(text) <= LONGEST:
            days[name] = int(text)
        else:
            errors.append(
                FieldError(f"/{name}", _("Use a whole number of days from 1 to %(longest)s.", longest=LONGEST))
            )
    if errors:
        raise Invalid(errors=tuple(errors))
    return Retention(**days)


def _values(stored: Retention) -> dict[str, str]:
    return {
        "recordings": "days" if stored.recording_days else "forever",
        "transcripts": "days" if stored.transcript_days else "forever",
        "recording_days": str(stored.recording_days or 90),
        "transcript_days": str(stored.transcript_days or 365),
    }


def _shown(
    ctx: WorkspaceContext, stored: Retention, form: Form[RetentionForm], *, status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:  # fmt: skip
    model = RetentionPage(form, stored, ctx.may(P.SETTINGS_UPDATE))
    crumbs = [(_("Settings"), f"/w/{ctx.workspace.slug}/settings"), (_("Data retention"), "")]
    return View("tenancy/retention.html", model, title=_("Data retention"), crumbs=crumbs, status=status, flash=flash)


ROUTES = (read_retention, set_retention, show_retention, submit_retention)
