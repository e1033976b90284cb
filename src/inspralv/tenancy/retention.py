"""How long a workspace keeps recordings and what was said; whoever keeps calls reads it here."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from inspralv.foundation.context import Context

LONGEST: Final = 3650
Days = Annotated[int, Meta(ge=1, le=LONGEST, description="Days after the call; null keeps for ever.")]

_FIND = "SELECT settings -> 'retention' FROM workspaces WHERE partner_id = $partner AND id = $workspace"
_SAVE = """
UPDATE workspaces SET settings = settings || jsonb_build_object('retention', $1::jsonb), version = version + 1,
       updated_at = $now
 WHERE partner_id = $partner AND id = $workspace AND deleted_at IS NULL
"""
_LIST = """
SELECT id, settings -> 'retention' AS retention FROM workspaces
 WHERE partner_id = $partner AND settings ? 'retention'
"""


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Both in days after the call; None keeps for ever. `transcript_days` covers everything that was said and what was
    drawn from it: transcript, summary, extracted data, arguments and answers of tools."""

    recording_days: Days | None = None
    transcript_days: Days | None = None


class Kept(msgspec.Struct, frozen=True):
    """A workspace that does not keep everything."""

    workspace_id: UUID
    retention: Retention


def stored_retention(settings: dict[str, Any]) -> Retention:
    """Return the retention of a workspace's settings."""
    return msgspec.convert(settings.get("retention") or {}, Retention)


async def find_retention(ctx: Context) -> Retention:
    """Return how long the context's workspace keeps."""
    return msgspec.convert(await ctx.fetch_value(_FIND) or {}, Retention)


async def save_retention(ctx: Context, wanted: Retention) -> None:
    """Store how long the context's workspace keeps."""
    await ctx.execute(_SAVE, msgspec.to_builtins(wanted))


async def list_kept(ctx: Context) -> list[Kept]:
    """Return the partner's workspaces that delete something, deleted ones too. Needs a context that sees the whole
    partner."""
    rows = await ctx.records(_LIST)
    found = [Kept(row["id"], msgspec.convert(row["retention"] or {}, Retention)) for row in rows]
    return [one for one in found if one.retention != Retention()]
