"""The page "Tools and webhooks": the log, one entry of it, and the secret that signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.params import FromPath
from litestar.response import Redirect

from inspralv.conversations.actions.repeating import repeat
from inspralv.conversations.actions.signing import replace_secret
from inspralv.conversations.activity.schemas import Activity, ActivityFilter
from inspralv.conversations.activity.views import ActivityDetailPage, ActivityPage
from inspralv.conversations.filtering import address
from inspralv.conversations.queries import activities
from inspralv.conversations.views import Pager
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.web.formats import number
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_LIST = "/w/{workspace_slug:str}/activity"
_ONE = "/w/{workspace_slug:str}/activity/{activity_id:uuid}"
_SIZE = 25
_MOST_PAGES = 500


@get(_LIST, access=workspace(P.CONVERSATIONS_READ))
async def show_activity(ctx: WorkspaceContext, request: Request[Any, Any, Any]) -> View:
    """Show the entries that fit the filters of the address."""
    return await _listed(ctx, request.query_params)


@post(f"{_LIST}/signing-secret", access=workspace(P.INTEGRATIONS_UPDATE), status_code=200)
async def renew_secret(ctx: WorkspaceContext) -> View:
    """Make a new secret and show it, this once."""
    secret = await replace_secret(ctx)
    return await _listed(ctx, {}, secret)


@get(_ONE, access=workspace(P.CONVERSATIONS_READ))
async def show_entry(ctx: WorkspaceContext, activity_id: FromPath[UUID]) -> View:
    """Show one entry with what was asked and answered."""
    return _detail(ctx, await _found(ctx, activity_id))


@post(f"{_ONE}/repeat", access=workspace(P.CONVERSATIONS_CREATE), status_code=200)
async def send_again(
    ctx: WorkspaceContext, activity_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> View | Redirect:
    """Send an after-call message once more."""
    await repeat(ctx, activity_id)
    if "hx-request" not in request.headers:
        return Redirect(f"/w/{ctx.workspace.slug}/activity/{activity_id}", status_code=303)
    return _detail(ctx, await _found(ctx, activity_id), repeated=True)


async def _listed(ctx: WorkspaceContext, typed: Mapping[str, str], secret: str = "") -> View:
    wanted, query = _filters(typed)
    page = _page_of(typed.get("page", ""))
    found = await activities.find_page(ctx, wanted, size=_SIZE, offset=(page - 1) * _SIZE)
    path = f"/w/{ctx.workspace.slug}/activity"
    model = ActivityPage(
        rows=tuple(found.rows), query=query, has_any=found.has_any, pager=_pager(path, query, page, found), clear=path,
        signing=found.signing, may_sign=ctx.may(P.INTEGRATIONS_UPDATE), secret=secret,
    )  # fmt: skip
    return View("conversations/activity.html", model, title=_("Tools and webhooks"))


def _filters(typed: Mapping[str, str]) -> tuple[ActivityFilter, dict[str, str]]:
    """Return the filters of an address, and them as typed. What does not fit is left out: an address may be old."""
    given = {name: typed.get(name, "").strip() for name in ("kind", "status", "search", "conversation_id")}
    kept: dict[str, str] = {}
    for name, value in given.items():
        if not value or "\0" in value or len(value) > 200:  # noqa: PLR2004 - as long as the field
            continue
        try:
            msgspec.convert({name: value}, ActivityFilter, strict=False)
        except msgspec.ValidationError:
            continue
        kept[name] = value
    return msgspec.convert(kept, ActivityFilter, strict=False), kept


def _page_of(text: str) -> int:
    return min(max(int(text), 1), _MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) <= 6 else 1  # noqa: PLR2004


def _pager(path: str, query: dict[str, str], page: int, found: activities.Found) -> Pager:
    more = found.total > activities.COUNTED_TO
    last = (page - 1) * _SIZE + len(found.rows)
    leads_on = len(found.rows) == _SIZE and (more or last < found.total) and page < _MOST_PAGES
    return Pager(
        first=(page - 1) * _SIZE + 1,
        last=last,
        total_text=f"{number(activities.COUNTED_TO)}+" if more else number(found.total),
        previous=address(path, query, page=page - 1) if page > 1 else None,
        next=address(path, query, page=page + 1) if leads_on else None,
    )


async def _found(ctx: WorkspaceContext, activity_id: UUID) -> Activity:
    found = await activities.find_activity(ctx, activity_id)
    if found is None:
        raise NotFound(_("There is no such entry."))
    return found


def _model(ctx: WorkspaceContext, found: Activity, *, repeated: bool = False) -> ActivityDetailPage:
    again = found.kind == "after_call" and found.status in {"done", "failed"}
    arguments = json.dumps(found.arguments, indent=2, ensure_ascii=False) if found.arguments else ""
    return ActivityDetailPage(
        found=found, arguments=arguments, may_repeat=again and ctx.may(P.CONVERSATIONS_CREATE),
        zone=ctx.workspace.timezone, repeated=repeated,
    )  # fmt: skip


def _detail(ctx: WorkspaceContext, found: Activity, *, repeated: bool = False) -> View:
    name = _("After-call message") if found.kind == "after_call" else found.name
    crumbs = [(_("Tools and webhooks"), f"/w/{ctx.workspace.slug}/activity"), (name, "")]
    return View("conversations/activity_entry.html", _model(ctx, found, repeated=repeated), title=name, crumbs=crumbs)


async def draw_activity(ctx: WorkspaceContext, subject: str) -> View | None:
    """Draw the entry that a notice names afresh, in list and detail."""
    if not ctx.may(P.CONVERSATIONS_READ) or not subject:
        return None
    found = await activities.find_activity(ctx, UUID(subject))
    return View("conversations/activity_live.html", _model(ctx, found)) if found else None


LIVE = (LivePart("activity", draw_activity),)
ROUTES = (show_activity, renew_secret, show_entry, send_again)
