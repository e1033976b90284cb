"""Replacing a key, ending the time of an old one, and the addresses that a vendor's dashboard may ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar.params import FromPath
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, Invalid, Upstream
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.integrations import actions, queries
from inspralv.integrations.credentials import credential_fields
from inspralv.integrations.forms import read_replacement, values_of, without_keys
from inspralv.integrations.page_models import HookAddress, ReplacePage, WebhooksPage
from inspralv.integrations.pages import back, row_of, version_of
from inspralv.integrations.replacing import end_overlap
from inspralv.integrations.schemas import Integration
from inspralv.integrations.webhook_queries import list_hook_addresses
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.view_access import WITHHELD

_UPDATE = partner(P.PARTNER_INTEGRATIONS_UPDATE)
_ALL = "/org/integrations"
_ONE = f"{_ALL}/{{integration_id:uuid}}"


@get(f"{_ONE}/key", access=_UPDATE)
async def show_replacement(ctx: PartnerContext, integration_id: FromPath[UUID]) -> View:
    """Show the form for new credentials."""
    found = await queries.find_integration(ctx, integration_id)
    return _replace(ctx, found, Form(values_of(found)))


@post(f"{_ONE}/key", access=_UPDATE, status_code=200)
async def replace_key(ctx: PartnerContext, integration_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Try new credentials, and put them in the place of the old ones if the provider takes them."""
    found = await queries.find_integration(ctx, integration_id)
    provider = ctx.services.get(ProviderRegistry)[found.provider]
    change, form = read_replacement(data, credential_fields(provider.credentials))
    if change is None:
        return _replace(ctx, found, form, status=400)
    try:
        await actions.change_integration(ctx, integration_id, change, version_of(data))
    except Invalid as refusal:
        return _replace(ctx, found, form_of_refusal(without_keys(data), refusal), status=400)
    except (Conflict, Upstream) as refusal:
        return _replace(ctx, found, Form(without_keys(data)), problem=refusal.detail, status=refusal.status)
    return back(integration_id, "replaced")


@post(f"{_ONE}/end-overlap", access=_UPDATE)
async def end_key_overlap(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Redirect:
    """Believe webhooks signed with a replaced key no longer."""
    await end_overlap(ctx, integration_id)
    return back(integration_id, "ended")


@get(f"{_ONE}/webhooks", access=_UPDATE, opt=WITHHELD)
async def show_webhooks(ctx: PartnerContext, integration_id: FromPath[UUID]) -> View:
    """Show the webhook address of every workspace that uses the key."""
    found, hooks = await list_hook_addresses(ctx, integration_id)
    model = WebhooksPage(row_of(ctx, found), [HookAddress(*hook) for hook in hooks])
    crumbs = [(_("Integrations"), _ALL), (found.name, f"{_ALL}/{found.id}"), (_("Webhooks"), "")]
    return View("integrations/webhooks.html", model, _("Webhooks"), crumbs)


def _replace(ctx: PartnerContext, found: Integration, form: Form[Any], *, problem: str = "", status: int = 200) -> View:
    crumbs = [(_("Integrations"), _ALL), (found.name, f"{_ALL}/{found.id}"), (_("Replace key"), "")]
    model = ReplacePage(row_of(ctx, found), form, problem)
    return View("integrations/replace.html", model, _("Replace key"), crumbs, status=status)


ROUTES = (show_replacement, replace_key, end_key_overlap, show_webhooks)
