"""Who is on the line, where a provider's request for a tool does not say."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from inspralv.conversations.access import HookContext
from inspralv.integrations.connections import find_connection, open_session
from inspralv.providers.contract import CallRef, CallReport
from inspralv.providers.errors import ProviderError

log = structlog.get_logger()

PATIENCE: Final = 3.0
"""Seconds: the model waits, and most tools can do without knowing who calls."""


async def ask_after(ctx: HookContext, provider_call_id: str) -> CallReport | None:
    """Return what the provider knows of a running call; None when it does not say in time."""
    async with ctx.on_the_network():
        async with ctx.widened() as wide:
            connection = await find_connection(wide, ctx.endpoint.workspace_id, ctx.provider.name)
        if connection is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await open_session(ctx.services, connection).call(CallRef(provider_call_id))
        except (ProviderError, TimeoutError) as error:
            log.info("the provider did not say who is calling", call=provider_call_id, error=repr(error))
            return None
