"""One's own API keys, as pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.api_keys import actions, queries
from inspralv.api_keys.page_models import KeyPage, KeysPage, card_of, groups_of, wanted_of
from inspralv.api_keys.schemas import CreatedApiKey
from inspralv.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import account
from inspralv.tenancy.contexts import AccountContext
from inspralv.tenancy.plans import Feature, has_feature

_HERE = "/account/api-keys"
_CRUMBS = [(N_("Your account"), "/account"), (N_("API keys"), _HERE)]
_DONE = {"revoked": ("success", N_("API key revoked"), N_("Whoever uses it is refused from now on."))}
_START: dict[str, str] = {"access": "read", "life": "90"}


@get(_HERE, access=account())
async def show_api_keys(ctx: AccountContext, done: FromQuery[str] = "") -> View:
    """Show one's keys, and the form for another."""
    return await _keys(ctx, Form(dict(_START)), done=done)


@post(_HERE, access=account(), status_code=200)
async def submit_api_key(ctx: AccountContext, data: FormBody) -> View:
    """Make a key, and show its token this once."""
    wanted, form = wanted_of(data, ctx.now)
    if wanted is None:
        return await _keys(ctx, form, status=422)
    try:
        created = await actions.create_key(ctx, wanted)
    except Invalid as refusal:
        return await _keys(ctx, form_of_refusal(data, refusal), status=422)
    except (Conflict, Forbidden) as refusal:
        return await _keys(ctx, Form(dict(data), {"": refusal.detail}), status=refusal.status)
    return await _keys(ctx, Form(dict(_START)), created=created)


@get(f"{_HERE}/{{key_id:uuid}}", access=account())
async def show_api_key(ctx: AccountContext, key_id: FromPath[UUID]) -> View:
    """Show what a key carries, and ask whether to revoke it."""
    key = next((one for one in await queries.list_keys(ctx, ctx.me.id) if one.id == key_id), None)
    if key is None:
        raise NotFound(_("There is no such API key."))
    page = KeyPage(card_of(key, ctx.now), groups_of(tuple(key.scopes)))
    return View("api_keys/one.html", page, title=key.name, crumbs=[*_CRUMBS, (key.name, "")])


@post(f"{_HERE}/{{key_id:uuid}}/revocation", access=account())
async def submit_revocation(ctx: AccountContext, key_id: FromPath[UUID]) -> Redirect:
    """Revoke a key; one that is gone meanwhile is no fault."""
    try:
        await actions.revoke_key(ctx, key_id)
    except NotFound:
        return Redirect(_HERE, status_code=303)
    return Redirect(f"{_HERE}?done=revoked", status_code=303)


async def _keys(
    ctx: AccountContext, form: Form[Any], *, created: CreatedApiKey | None = None, done: str = "", status: int = 200
) -> View:
    page = KeysPage(
        keys=tuple(card_of(key, ctx.now) for key in await queries.list_keys(ctx, ctx.me.id)), form=form,
        workspaces=ctx.workspaces, groups=groups_of(), allowed=has_feature(ctx.partner, Feature.API_ACCESS),
        created=created,
    )  # fmt: skip
    crumbs = [_CRUMBS[0], (_("API keys"), "")]
    flash = _DONE.get(done)
    return View("api_keys/list.html", page, title=_("API keys"), crumbs=crumbs, status=status, flash=flash)


ROUTES = (show_api_keys, submit_api_key, show_api_key, submit_revocation)
