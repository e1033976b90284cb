"""The variables of a workspace: what `{{name}}` stands for in the texts of its agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar.params import FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, messages
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.validation import find_errors
from inspralv.foundation.web.view import View
from inspralv.tenancy import actions, queries
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.schemas import SettingsChange
from inspralv.tenancy.variables import stored_variables
from inspralv.tenancy.variables_form import VariableRow, add_row, bodies_of_rows, rows_of_fields, rows_of_variables

_HERE = "/w/{workspace_slug:str}/settings/variables"
_PREFIX = "custom_variables."
_NAME_FORM = N_("Use lower-case letters, digits and _, beginning with a letter.")


class VariablesPage(msgspec.Struct, frozen=True):
    """The variables as rows; `stale` says that somebody else has saved meanwhile."""

    rows: Sequence[VariableRow]
    form: Form[Any]
    version: int
    may_update: bool
    changed: bool = False
    stale: bool = False


@get(_HERE, access=workspace(P.SETTINGS_READ))
async def show_variables(ctx: WorkspaceContext, saved: FromQuery[bool] = False) -> View:
    """Show the variables of the workspace."""
    stored = await queries.find_workspace(ctx)
    rows = rows_of_variables(stored_variables(stored.settings.get("custom_variables")), _PREFIX, with_standard=True)
    flash = ("success", _("Variables saved"), _("The agents that use them are told now.")) if saved else None
    return _page(ctx, VariablesPage(rows, Form(), stored.version, ctx.may(P.SETTINGS_UPDATE)), flash=flash)


@post(_HERE, access=workspace(P.SETTINGS_UPDATE), status_code=200)
async def save_variables(ctx: WorkspaceContext, data: FormBody) -> View | Redirect:
    """Save the variables, or add a row."""
    rows = rows_of_fields(data, _PREFIX)
    version = int(data.get("version", "0")) if data.get("version", "").isdecimal() else 0
    page = VariablesPage(rows, Form(), version, may_update=True, changed=True)
    if data.get("_do") == "add":
        return _page(ctx, msgspec.structs.replace(page, rows=add_row(rows, _PREFIX)))
    raw = {"custom_variables": bodies_of_rows(_kept(rows))}
    if errors := find_errors(raw, SettingsChange):
        return _page(ctx, msgspec.structs.replace(page, form=_form(_kept(rows), messages(errors))), status=400)
    change = msgspec.convert(raw, SettingsChange)
    try:
        await actions.change_settings(ctx, change, None if data.get("_do") == "overwrite" else version)
    except Invalid as refusal:
        return _page(ctx, msgspec.structs.replace(page, form=_form(_kept(rows), messages(refusal.errors))), status=400)
    except Conflict:
        return _page(ctx, msgspec.structs.replace(page, stale=True), status=409)
    return Redirect(f"/w/{ctx.workspace.slug}/settings/variables?saved=true", status_code=303)


def _kept(rows: Sequence[VariableRow]) -> list[VariableRow]:
    """The rows that count, in the order in which the body has them."""
    return [row for row in rows if bodies_of_rows([row])]


def _form(kept: Sequence[VariableRow], found: dict[str, str]) -> Form[Any]:
    """Put the messages of the body's entries at the rows they came from."""
    errors = {}
    for name, words in found.items():
        _rest, index, field = name.split(".")
        text = _NAME_FORM if "expected form" in words or (field == "name" and "required" in words) else words
        errors[f"{kept[int(index)].prefix}{field}"] = text
    return Form({}, errors)


def _page(
    ctx: WorkspaceContext, model: VariablesPage, *, status: int = 200, flash: tuple[str, str, str] | None = None
) -> View:
    crumbs = [(_("Settings"), f"/w/{ctx.workspace.slug}/settings"), (_("Variables"), "")]
    return View("tenancy/variables.html", model, title=_("Variables"), crumbs=crumbs, status=status, flash=flash)


ROUTES = (show_variables, save_variables)
