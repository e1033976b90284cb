"""Where a provider delivers for the workspaces that use a key. Needs a context that sees the whole partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.integrations.connections import hook_url
from inspralv.integrations.queries import WITH_WORKSPACES
from inspralv.integrations.schemas import Integration
from inspralv.integrations.sealing import open_hook

_FIND = WITH_WORKSPACES.replace(
    "SELECT ",
    """SELECT
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', w.name, 'endpoint_id', a.endpoint_id,
                                                     'token', encode(a.hook_token, 'hex')) ORDER BY w.name, w.id)
                   FROM integration_assignments a
                   JOIN workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id
                  WHERE a.partner_id = $partner AND w.partner_id = $partner AND a.integration_id = i.id
                    AND w.deleted_at IS NULL), '[]') AS hooks, """,
    1,
)


class _WithHooks(msgspec.Struct, frozen=True):
    hooks: list[dict[str, Any]]


async def list_hook_addresses(ctx: Context, integration_id: UUID) -> tuple[Integration, list[tuple[str, str]]]:
    """Return an integration, and (workspace's name, address) for each that uses it. Raises NotFound, CannotOpen."""
    rows = await ctx.records(f"{_FIND} AND i.id = $1", integration_id)
    if not rows:
        raise NotFound(_("There is no such integration."))
    found, hooks = to_struct(Integration, rows[0]), to_struct(_WithHooks, rows[0]).hooks
    return found, [
        (hook["name"], _url(ctx, found.provider, UUID(hook["endpoint_id"]), bytes.fromhex(hook["token"])))
        for hook in hooks
    ]


def _url(ctx: Context, provider: str, endpoint_id: UUID, sealed: bytes) -> str:
    return hook_url(ctx.services, provider, open_hook(ctx, endpoint_id, "hook_token", sealed))
