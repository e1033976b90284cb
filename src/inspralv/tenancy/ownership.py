"""Turns of those who make owners come or go. Whoever does waits here first, so that no two of them can leave a partner or a
workspace without any. The partner's turn is taken before those of its workspaces."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Context

_OF_PARTNER = "SELECT pg_advisory_xact_lock(hashtextextended('owners of ' || ($partner::uuid)::text, 0))"
_OF_WORKSPACE = """
SELECT pg_advisory_xact_lock(hashtextextended('owners of ' || ($partner::uuid)::text || ($workspace::uuid)::text, 0))
"""
# Always in the same order, so that no two wait for each other.
_OF_WORKSPACES = """
SELECT pg_advisory_xact_lock(hashtextextended('owners of ' || ($partner::uuid)::text || own.workspace_id::text, 0))
  FROM (SELECT m.workspace_id FROM workspace_members m
         WHERE m.partner_id = $partner AND m.user_id = $1 AND m.removed_at IS NULL ORDER BY m.workspace_id) AS own
"""


async def hold_partners_owners(ctx: Context) -> None:
    """Hold others back from the partner's owners until the unit of work ends."""
    await ctx.fetch_value(_OF_PARTNER)


async def hold_workspaces_owners(ctx: Context) -> None:
    """Hold others back from the owners of the context's workspace until the unit of work ends."""
    await ctx.fetch_value(_OF_WORKSPACE)


async def hold_owners_beside(ctx: Context, user_id: UUID) -> None:
    """Hold others back from the owners of every workspace that a person is in until the unit of work ends. The context sees
    the whole partner."""
    await ctx.records(_OF_WORKSPACES, user_id)
