"""Where providers deliver: check, keep, answer. Everything else is a job's work."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from litestar import Response
from litestar.enums import MediaType

from inspralv.conversations import jobs
from inspralv.conversations.access import HookContext, signed_by_provider
from inspralv.conversations.actions.routing import answer_route
from inspralv.conversations.queries.inbox import add_letter
from inspralv.conversations.tools.running import answer_tools
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import post
from inspralv.providers.contract import (
    CallChanged,
    CallFinished,
    CallProgressed,
    InboundEvent,
    RouteRequested,
    ToolCallsRequested,
    TranscriptHeard,
)
from inspralv.providers.errors import Malformed

MAX_BODY = 2_000_000
_NOTED = b"{}"


@post(
    "/api/webhooks/{provider:str}/{token:str}", access=signed_by_provider(), status_code=200, raises=(401, 404),
    request_max_body_size=MAX_BODY, security=[{}], tags=["Webhooks"],
)  # fmt: skip
async def receive_webhook(ctx: HookContext) -> Response[bytes]:
    """Take a delivery of a voice provider. The body is kept before the answer; the same delivery again is answered
    alike and changes nothing."""
    events = _read(ctx)
    answer, note = _NOTED, None if any(_matters(event) for event in events) else _why_not(events)
    for event in events:
        if isinstance(event, RouteRequested):
            answer, reason = await answer_route(ctx, event)
            note = f"answered: {reason}"
    letter_id = await add_letter(ctx, ctx.provider.name, ctx.endpoint.id, _key_of(ctx, events), ctx.body, note)
    if letter_id is not None and note is None:
        ctx.defer(jobs.ingest(letter_id))
    for event in events:
        if isinstance(event, ToolCallsRequested):
            answer = await answer_tools(ctx, event)
    return Response(answer, media_type=MediaType.JSON)


def _read(ctx: HookContext) -> Sequence[InboundEvent]:
    try:
        return ctx.provider.hooks.read(ctx.body, ctx.now)
    except Malformed as error:
        raise Invalid(_("The body cannot be read."), errors=(FieldError("", str(error)[:500], "malformed"),)) from error


def _key_of(ctx: HookContext, events: Sequence[InboundEvent]) -> str:
    """A delivery is known by its event; one of several events, by its content."""
    return events[0].event_key if len(events) == 1 else sha256(ctx.body).hexdigest()


def _matters(event: InboundEvent) -> bool:
    match event:
        case CallProgressed() | CallFinished() | CallChanged():
            return True
        case TranscriptHeard():
            return event.final
        case _:
            return False


def _why_not(events: Sequence[InboundEvent]) -> str:
    if any(isinstance(event, ToolCallsRequested) for event in events):
        return "answered: results of tools"
    return "nothing to do for this kind"


ROUTES = (receive_webhook,)
