"""Telling a workspace's own server that a call is over: noted with the call itself, sent by a job."""

from __future__ import annotations

from urllib.parse import urlsplit

from inspralv.conversations import jobs
from inspralv.conversations.queries.activities import add_delivery
from inspralv.conversations.queries.after_call import find_address
from inspralv.conversations.schemas import Call
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7


async def announce(ctx: Context, call: Call) -> None:
    """Note that the server of the call's agent, if it has one, is to be told. Once a call, whatever follows."""
    if call.agent_id is None:
        return
    address = await find_address(ctx, call.agent_id)
    if not address:
        return
    activity_id = uuid7(ctx.now)
    host = urlsplit(address).hostname or ""
    if await add_delivery(ctx, activity_id, call, host):
        ctx.defer(jobs.deliver(activity_id))
