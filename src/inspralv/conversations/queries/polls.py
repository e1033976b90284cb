"""Comparing a provider's list of calls with ours. All of it needs a context that sees the whole partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

# Keys that the provider refuses are left alone; whoever replaces one is compared again.
_DUE = """
SELECT i.id FROM integrations i
  LEFT JOIN call_polls p ON p.partner_id = $partner AND p.integration_id = i.id
 WHERE i.partner_id = $partner AND i.is_active AND i.key_status <> 'invalid' AND (p.next_at IS NULL OR p.next_at <= $now)
   AND EXISTS (SELECT FROM integration_assignments a
                WHERE a.partner_id = $partner AND a.workspace_id IS NOT NULL AND a.integration_id = i.id)
 ORDER BY p.next_at NULLS FIRST LIMIT $1
"""
_FIND = """
SELECT polled_until, failures FROM call_polls WHERE partner_id = $partner AND integration_id = $1
"""
_SAVE = """
INSERT INTO call_polls (partner_id, integration_id, polled_until, next_at, failures, trouble, repaired, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $now)
ON CONFLICT (partner_id, integration_id) DO UPDATE SET
  polled_until = coalesce(excluded.polled_until, call_polls.polled_until), next_at = excluded.next_at,
  failures = excluded.failures, trouble = excluded.trouble, repaired = call_polls.repaired + excluded.repaired,
  updated_at = excluded.updated_at
"""
_AGENTS = """
SELECT a.id, a.workspace_id, a.external_agent_id, coalesce(a.external_ref -> 'ids', '{}') AS ids
  FROM ai_agents a
  JOIN workspaces w ON w.partner_id = $partner AND w.id = a.workspace_id AND w.deleted_at IS NULL
 WHERE a.partner_id = $partner AND a.workspace_id IS NOT NULL AND a.provider = $1 AND a.external_agent_id IS NOT NULL
"""
_KNOWN = """
SELECT k.provider_call_id, k.workspace_id, c.reported_at IS NOT NULL AS is_reported
  FROM conversation_keys k
  LEFT JOIN conversations c ON c.partner_id = $partner AND c.workspace_id = k.workspace_id AND c.id = k.conversation_id
 WHERE k.partner_id = $partner AND k.workspace_id IS NOT NULL AND k.provider = $1 AND k.provider_call_id = ANY($2::text[])
"""
_RUNNING = """
SELECT id, workspace_id FROM conversations
 WHERE partner_id = $partner AND workspace_id IS NOT NULL AND id >= $1 AND provider = ANY($2::text[])
   AND status IN ('queued', 'ringing', 'in_progress') AND provider_call_id IS NOT NULL
 ORDER BY id DESC LIMIT $3
"""


class Poll(msgspec.Struct, frozen=True):
    """How far an account was compared, and how often in a row that failed."""

    polled_until: datetime | None
    failures: int


class RemoteAgent(msgspec.Struct, frozen=True):
    """An agent of ours by the ids that a provider has for it."""

    id: UUID
    workspace_id: UUID
    external_agent_id: str
    ids: dict[str, str]


class KnownCall(msgspec.Struct, frozen=True):
    """A call that we have, and whether its final report is here."""

    provider_call_id: str
    workspace_id: UUID
    is_reported: bool


class Running(msgspec.Struct, frozen=True):
    """A call that is running."""

    id: UUID
    workspace_id: UUID


async def list_due(ctx: Context, limit: int) -> list[UUID]:
    """Return the accounts whose calls are to be compared now."""
    return [row[0] for row in await ctx.records(_DUE, limit)]


async def find_poll(ctx: Context, integration_id: UUID) -> Poll:
    """Return how far an account was compared."""
    return await ctx.fetch_one(Poll, _FIND, integration_id) or Poll(None, 0)


async def save_poll(  # noqa: PLR0913 - the columns
    ctx: Context, integration_id: UUID, *, until: datetime | None, next_at: datetime, failures: int = 0,
    trouble: str | None = None, repaired: int = 0,
) -> None:  # fmt: skip
    """Note how far an account was compared (None leaves that as it is), and when it is next."""
    await ctx.execute(_SAVE, integration_id, until, next_at, failures, trouble, repaired)


async def list_remote_agents(ctx: Context, provider: str) -> list[RemoteAgent]:
    """Return the partner's agents at a provider, deleted ones too: their last calls still count."""
    rows: list[Any] = await ctx.fetch_all(RemoteAgent, _AGENTS, provider)
    return rows


async def list_known(ctx: Context, provider: str, call_ids: Sequence[str]) -> dict[str, KnownCall]:
    """Return which of these calls we have."""
    found = await ctx.fetch_all(KnownCall, _KNOWN, provider, list(call_ids))
    return {one.provider_call_id: one for one in found}


async def list_running(ctx: Context, providers: Sequence[str], within: timedelta, limit: int) -> list[Running]:
    """Return the calls that run at these providers."""
    return await ctx.fetch_all(Running, _RUNNING, uuid7_floor(ctx.now - within), list(providers), limit)
