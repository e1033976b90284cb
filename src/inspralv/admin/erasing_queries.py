"""The statements by which a partner is removed for good. They run in jobs, as the request role."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_structs

_DUE = "SELECT id, name, slug, deleted_at FROM app.list_erasable_partners($1)"
_ERASE = "SELECT app.erase_partner($1)"
_RETIRE = """
UPDATE ai_agents SET deleted_at = coalesce(deleted_at, $now)
 WHERE partner_id = $partner AND workspace_id IS NOT NULL RETURNING id
"""


class Gone(msgspec.Struct, frozen=True):
    """A partner whose 30 days are over."""

    id: UUID
    name: str
    slug: str
    deleted_at: datetime


async def list_due(ctx: Context, before: datetime) -> list[Gone]:
    """Return the partners that were deleted before then; none unless the context is the platform's."""
    return to_structs(Gone, await ctx.directory(_DUE, before))


async def retire_agents(there: Context) -> list[UUID]:
    """Mark every agent of the context's partner as deleted; return them all."""
    return [row["id"] for row in await there.records(_RETIRE)]


async def erase_rows(ctx: Context, partner_id: UUID) -> None:
    """Remove every row that names the partner, and the partner."""
    await ctx.directory(_ERASE, partner_id)
