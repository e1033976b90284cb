"""What a workspace may know of the keys it uses. Needs a context that sees the whole partner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.integrations.schemas import Config, KeyStatus

_KEYS = """
SELECT i.provider, i.name, i.is_active, i.key_status, i.refused_at, i.config, a.created_at AS assigned_at
  FROM integration_assignments a
  JOIN integrations i ON i.partner_id = a.partner_id AND i.id = a.integration_id
 WHERE a.partner_id = $partner AND i.partner_id = $partner AND a.workspace_id = $1
"""


class GivenKey(msgspec.Struct, frozen=True):
    """A key that a workspace uses, without hints: they are the organisation's."""

    provider: str
    name: str
    is_active: bool
    key_status: KeyStatus
    refused_at: datetime | None
    config: Config
    assigned_at: datetime


async def list_workspace_keys(ctx: Context, workspace_id: UUID) -> list[GivenKey]:
    """Return the keys of a workspace."""
    return await ctx.fetch_all(GivenKey, _KEYS, workspace_id)
