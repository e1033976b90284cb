"""The live streams of a workspace and of the organisation: server-sent events that redraw parts of open pages.

Each part is drawn under the watcher's rights as they are at that moment: the stream is admitted again before every
drawing, so a withdrawn right ends it at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import structlog
from litestar import Request
from litestar.params import QueryParameter
from litestar.response import Stream

from inspralv.foundation.errors import Refusal
from inspralv.foundation.live.hub import LiveHub, Notice, Subscription
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.web.access import Access
from inspralv.foundation.web.routing import get
from inspralv.shell.renderer import ShellRenderer
from inspralv.tenancy.access import partner, workspace
from inspralv.tenancy.contexts import PartnerContext, SignedInContext, WorkspaceContext
from inspralv.tenancy.permissions import P

log = structlog.get_logger()

_RIGHTS = Notice("rights")
_HEARTBEAT_SECONDS = 15.0
_CHECK_EVERY = 4  # heartbeats between two looks at the rights, should a notice have been missed


@get("/w/{workspace_slug:str}/events", access=workspace(P.WORKSPACE_READ), opt={"stream": True})
async def stream_events(
    ctx: WorkspaceContext, request: Request[Any, Any, Any], since: Annotated[float | None, QueryParameter(ge=0)] = None
) -> Stream:
    """Follow the workspace until the watcher leaves or loses the right. `since` is when the page was read, in seconds
    since 1970: what happened while it was on its way is told first."""
    return _stream(ctx, request, since)


@get("/org/events", access=partner(P.PARTNER_READ), opt={"stream": True})
async def stream_organisation(
    ctx: PartnerContext, request: Request[Any, Any, Any], since: Annotated[float | None, QueryParameter(ge=0)] = None
) -> Stream:
    """Follow what concerns the whole organisation until the watcher leaves or loses the right."""
    return _stream(ctx, request, since)


def _stream(ctx: SignedInContext, request: Request[Any, Any, Any], since: float | None) -> Stream:
    return Stream(
        _follow(ctx.services.get(LiveHub), ctx, request, since),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


async def _follow(
    hub: LiveHub, ctx: SignedInContext, request: Request[Any, Any, Any], since: float | None
) -> AsyncIterator[bytes]:
    renderer = ctx.services.get(ShellRenderer)
    with hub.subscribe(ctx.partner_id, ctx.workspace_id, ctx.me.id, since) as subscription:
        subscription.put(_RIGHTS)  # one may have been withdrawn between admission and here
        yield b"retry: 1000\n\n"
        silent = 0
        while True:
            notices = await subscription.take(_HEARTBEAT_SECONDS)
            silent = 0 if notices else silent + 1
            if not notices and silent % _CHECK_EVERY:
                yield b": still here\n\n"
                continue
            async for event in _draw(renderer, request, subscription, notices):
                yield event
            if subscription.closed:
                return


async def _draw(
    renderer: ShellRenderer, request: Request[Any, Any, Any], subscription: Subscription, notices: Sequence[Notice]
) -> AsyncIterator[bytes]:
    access: Access = request.route_handler.opt["access"]
    frame = "workspace" if subscription.workspace_id else "organisation"
    for part, subject in _parts_for([part for part in renderer.live_parts if part.frame == frame], notices):
        try:
            ctx = await access.admit(request)
        except Refusal:
            subscription.closed = True
            return
        try:
            view = await part.draw(ctx, subject)
            await ctx.commit()
        except Refusal as refusal:
            await ctx.rollback()
            log.info("live part refused", topic=part.topic, refusal=refusal.detail)
            continue
        except BaseException:
            await ctx.rollback()
            raise
        if view is not None:
            yield _event(renderer.render(ctx, request, view))
    if not notices or _RIGHTS in notices:
        try:
            await access.admit(request)
        except Refusal:
            subscription.closed = True


def _parts_for(parts: Sequence[LivePart], notices: Sequence[Notice]) -> list[tuple[LivePart, str]]:
    everything = any(notice.topic == "*" for notice in notices)
    if everything:
        return [(part, "") for part in parts]
    return [(part, notice.subject) for notice in notices for part in parts if part.topic == notice.topic]


def _event(html: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"{lines}\n".encode()
