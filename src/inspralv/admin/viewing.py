"""The operator looks at a partner as one of its people: opened in the console, taken up on the partner's host, ended there
or with the operator's own session. Nobody looks as somebody who runs the platform, and nobody looks from within a view:
the platform's own host, where the console is, is never looked at this way."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.admin import viewing_queries as queries
from inspralv.admin.access import PlatformContext, StaffContext
from inspralv.admin.events import ViewEnded, ViewStarted
from inspralv.admin.viewing_queries import EndedView, ViewDraft
from inspralv.foundation.context import Actor, Context
from inspralv.foundation.errors import Conflict, NotFound
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.foundation.web.addresses import Addresses
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.view_access import HANDOVER_LIFE, VIEW_LIFE


class Handover(msgspec.Struct, frozen=True):
    """The way from the console to the partner's host, good once and for a minute. `host` is where it leads."""

    url: str
    host: str
    person: str


async def start_view(ctx: StaffContext, staff_token: str, partner_id: UUID, user_id: UUID) -> Handover:
    """Open a view for half an hour; what the operator looked at before ends. Raises Conflict where the person is not to
    be looked as."""
    await end_views(ctx, token_hash(staff_token))
    handover = new_token()
    operator = f"{ctx.staff.name} ({ctx.staff.email})" if ctx.staff.name != ctx.staff.email else ctx.staff.email
    draft = ViewDraft(
        id=uuid7(ctx.now), operator=operator, handover=token_hash(handover), handover_until=ctx.now + HANDOVER_LIFE,
        until=ctx.now + VIEW_LIFE, user_id=user_id, staff_session=token_hash(staff_token),
    )  # fmt: skip
    async with ctx.within(partner_id) as there:
        opened = await queries.open_view(there, draft)
    if opened is None or opened.host is None:
        raise Conflict(_("This account cannot be viewed as."))
    said = {"operator": operator, "viewed_as": opened.person, "until": opened.expires_at.isoformat()}
    await _say(ctx, opened.person, partner_id, ViewStarted(entity_id=user_id, new=said))
    url = ctx.services.get(Addresses).url(opened.host, f"/view-as?token={handover}")
    return Handover(url, opened.host, opened.person)


async def end_views(ctx: PlatformContext, staff_session: bytes) -> None:
    """End whatever is looked at with a staff session, open streams included."""
    for one in await queries.end_views(ctx, staff_session):
        ctx.notify("rights", one.partner_id, one.user_id)
        if ctx.actor.kind == "anonymous":
            ctx.actor = Actor("staff", one.staff_id)
        await _say(ctx, one.person, one.partner_id, _ended(one))


async def take_up(ctx: PublicContext, handover: str) -> str:
    """Begin to look, on the partner's host; return the token of the view. Raises NotFound when the hand-over is used, old
    or unknown."""
    token = new_token()
    if await queries.redeem_view(ctx, token_hash(handover), token_hash(token)) is None:
        raise NotFound(
            _("This link has been used, or is more than a minute old. Open the view again from the console.")
        )
    return token


async def end_view(ctx: PublicContext, token: str) -> EndedView | None:
    """End the view of a browser, open streams included. One that has ended already may end again."""
    ended = await queries.end_view(ctx, token_hash(token)) if token else None
    if ended is not None:
        ctx.notify("rights", ended.partner_id, ended.user_id)
        ctx.actor = Actor("staff", ended.staff_id, f"{ended.person}, looking only")
        ctx.record(_ended(ended))
    return ended


async def close_views(ctx: Context) -> None:
    """Say of which views the time is over, or the staff session behind them; to the platform, which have ended at all."""
    for one in await queries.close_views(ctx):
        ctx.notify("rights", one.partner_id, one.user_id)
        ctx.record(_ended(one))
    for one in await queries.tell_views(ctx):
        ctx.record(_ended(one))


def _ended(view: EndedView) -> ViewEnded:
    return ViewEnded(entity_id=view.user_id, new={"operator": view.operator, "viewed_as": view.person})


async def _say(ctx: PlatformContext, person: str, partner_id: UUID, event: ViewStarted | ViewEnded) -> None:
    """Write it into the partner's log and the platform's, as whom it was."""
    before = ctx.actor
    ctx.actor = Actor(before.kind, before.id, f"{person}, looking only")
    await ctx.record_for(partner_id, event)
    await ctx.write()
    ctx.actor = before
