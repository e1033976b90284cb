"""The statements of integrations. All of them need a context that sees the whole partner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.integrations.schemas import Config, Integration

_COLUMNS = """
i.id, i.provider, i.name, i.secret_hint, i.public_hint, i.webhook_hint, i.config, i.is_default, i.is_active,
i.key_status, i.key_error, i.checked_at, i.refused_at, i.account_id, i.account_label, i.replaced_at, i.version,
i.created_at, i.updated_at
"""
WITH_WORKSPACES = f"""
SELECT {_COLUMNS}, nullif(trim(concat(u.first_name, ' ', u.last_name)), '') AS replaced_by_name,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', w.id, 'slug', w.slug, 'name', w.name) ORDER BY w.name, w.id)
                   FROM integration_assignments a
                   JOIN workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id
                  WHERE a.partner_id = $partner AND w.partner_id = $partner AND a.integration_id = i.id
                    AND w.deleted_at IS NULL), '[]') AS assigned_workspaces,
       ARRAY(SELECT f.hint FROM integration_former_keys f WHERE f.partner_id = $partner AND f.integration_id = i.id
                AND f.valid_until > $now ORDER BY f.valid_until, f.id) AS former_hints,
       ARRAY(SELECT f.valid_until FROM integration_former_keys f WHERE f.partner_id = $partner
                AND f.integration_id = i.id AND f.valid_until > $now ORDER BY f.valid_until, f.id) AS former_until
  FROM integrations i LEFT JOIN users u ON u.partner_id = i.partner_id AND u.partner_id = $partner AND u.id = i.replaced_by
 WHERE i.partner_id = $partner
"""
_LIST = f"{WITH_WORKSPACES} ORDER BY i.provider, i.is_default DESC, i.created_at, i.id"
_FIND = f"{WITH_WORKSPACES} AND i.id = $1"
_FIND_LOCKED = f"SELECT {_COLUMNS} FROM integrations i WHERE i.partner_id = $partner AND i.id = $1 FOR UPDATE"
_LOCK_PROVIDER = (
    "SELECT pg_advisory_xact_lock(hashtextextended('integrations ' || $1 || ' of ' || ($partner::uuid)::text, 0))"
)
_LOCK_ALL = "SELECT pg_advisory_xact_lock(hashtextextended('integrations of ' || ($partner::uuid)::text, 0))"
_COUNT = "SELECT count(*) FROM integrations WHERE partner_id = $partner"
_FIND_DEFAULT = (
    f"SELECT {_COLUMNS} FROM integrations i WHERE i.partner_id = $partner AND i.provider = $1 AND i.is_default"
)
_LIST_DEFAULTS = (
    f"SELECT {_COLUMNS} FROM integrations i WHERE i.partner_id = $partner AND i.is_default ORDER BY i.provider"
)
_FIND_OLDEST = f"""
SELECT {_COLUMNS} FROM integrations i WHERE i.partner_id = $partner AND i.provider = $1
 ORDER BY i.created_at, i.id LIMIT 1
"""
_INSERT = """
INSERT INTO integrations (partner_id, id, provider, name, secret_key, secret_hint, public_key, public_hint, webhook_key,
                          webhook_hint, config, is_default, created_by, created_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, false, $11, $now, $now)
"""
_SAVE = """
UPDATE integrations SET name = $2, config = $3, is_active = $4, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_SAVE_KEYS = """
UPDATE integrations
   SET secret_key = $2, secret_hint = $3, public_key = $4, public_hint = $5, webhook_key = $6, webhook_hint = $7
 WHERE partner_id = $partner AND id = $1
"""
_NOTE_REPLACED = "UPDATE integrations SET replaced_at = $now, replaced_by = $2 WHERE partner_id = $partner AND id = $1"
_ADD_FORMER = """
INSERT INTO integration_former_keys (partner_id, id, integration_id, secret_key, webhook_key, hint, config,
                                     valid_until, created_by, created_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $now)
"""
_END_FORMER = "DELETE FROM integration_former_keys WHERE partner_id = $partner AND integration_id = $1"
_SWEEP_FORMER = "DELETE FROM integration_former_keys WHERE partner_id = $partner AND valid_until <= $now"
_UNSET_DEFAULT = "UPDATE integrations SET is_default = false WHERE partner_id = $partner AND provider = $1 AND is_default RETURNING id"
_SET_DEFAULT = "UPDATE integrations SET is_default = true WHERE partner_id = $partner AND id = $1"
_DELETE = "DELETE FROM integrations WHERE partner_id = $partner AND id = $1"


class HintedKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Sealed keys with their last four characters."""

    secret_key: bytes
    secret_hint: str
    public_key: bytes | None
    public_hint: str | None
    webhook_key: bytes | None
    webhook_hint: str | None


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """An integration about to be stored."""

    id: UUID
    provider: str
    name: str
    keys: HintedKeys
    config: Config
    created_by: UUID | None


class NewFormer(msgspec.Struct, frozen=True, kw_only=True):
    """A replaced key about to be stored; `config` is what of the credentials is no secret."""

    id: UUID
    integration_id: UUID
    secret_key: bytes
    webhook_key: bytes | None
    hint: str
    config: dict[str, Any]
    valid_until: datetime


async def list_integrations(ctx: Context) -> list[Integration]:
    """Return all, by provider, the default first, then the oldest, each with the workspaces that use it."""
    return await ctx.fetch_all(Integration, _LIST)


async def find_integration(ctx: Context, integration_id: UUID) -> Integration:
    """Return one with the workspaces that use it. Raises NotFound."""
    return _found(await ctx.fetch_one(Integration, _FIND, integration_id))


async def lock_integration(ctx: Context, integration_id: UUID) -> Integration:
    """Return one, without its workspaces, and hold it until the unit of work ends. Raises NotFound."""
    return _found(await ctx.fetch_one(Integration, _FIND_LOCKED, integration_id))


async def lock_provider(ctx: Context, provider: str) -> None:
    """Let only one unit of work at a time decide which integration of a provider is the default."""
    await ctx.fetch_value(_LOCK_PROVIDER, provider)


async def count_integrations(ctx: Context) -> int:
    """Return how many keys there are; nobody else adds one until the unit of work ends."""
    await ctx.fetch_value(_LOCK_ALL)
    return int(await ctx.fetch_value(_COUNT))


async def find_default(ctx: Context, provider: str) -> Integration | None:
    """Return the default integration of a provider."""
    return await ctx.fetch_one(Integration, _FIND_DEFAULT, provider)


async def list_defaults(ctx: Context) -> list[Integration]:
    """Return the default integration of every provider."""
    return await ctx.fetch_all(Integration, _LIST_DEFAULTS)


async def find_oldest(ctx: Context, provider: str) -> Integration | None:
    """Return the oldest integration of a provider."""
    return await ctx.fetch_one(Integration, _FIND_OLDEST, provider)


async def add_integration(ctx: Context, row: NewRow) -> None:
    """Store a new integration."""
    await ctx.execute(
        _INSERT, row.id, row.provider, row.name, *msgspec.structs.astuple(row.keys), stored(row.config), row.created_by
    )


async def save_integration(ctx: Context, row: Integration) -> None:
    """Store name, config and active state, and count the version."""
    await ctx.execute(_SAVE, row.id, row.name, stored(row.config), row.is_active)


async def save_keys(ctx: Context, integration_id: UUID, keys: HintedKeys) -> None:
    """Store keys in the place of those before."""
    await ctx.execute(_SAVE_KEYS, integration_id, *msgspec.structs.astuple(keys))


async def note_replaced(ctx: Context, integration_id: UUID) -> None:
    """Store that the key has just been replaced, and by whom."""
    await ctx.execute(_NOTE_REPLACED, integration_id, ctx.actor.id)


async def add_former(ctx: Context, row: NewFormer) -> None:
    """Keep a replaced key for a while."""
    await ctx.execute(
        _ADD_FORMER, row.id, row.integration_id, row.secret_key, row.webhook_key, row.hint, row.config,
        row.valid_until, ctx.actor.id,
    )  # fmt: skip


async def end_former(ctx: Context, integration_id: UUID) -> bool:
    """Forget the replaced keys of an integration. False when there was none."""
    return await ctx.execute(_END_FORMER, integration_id) > 0


async def sweep_former(ctx: Context) -> None:
    """Forget replaced keys whose time is over."""
    await ctx.execute(_SWEEP_FORMER)


async def make_default(ctx: Context, integration: Integration) -> list[UUID]:
    """Make one the default of its provider; return the one that was it, if any."""
    former = [row["id"] for row in await ctx.records(_UNSET_DEFAULT, integration.provider)]
    await ctx.execute(_SET_DEFAULT, integration.id)
    return former


async def delete_integration(ctx: Context, integration_id: UUID) -> None:
    """Delete an integration that no workspace uses."""
    await ctx.execute(_DELETE, integration_id)


def stored(config: Config) -> dict[str, Any]:
    """Return a config as the JSON column takes it."""
    built: dict[str, Any] = msgspec.to_builtins(config)
    return built


def _found(row: Integration | None) -> Integration:
    if row is None:
        raise NotFound(_("There is no such integration."))
    return row
