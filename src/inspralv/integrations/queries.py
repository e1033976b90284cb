"""The statements of integrations. All of them need a context that sees the whole partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.integrations.schemas import Config, Integration, KeyStatus

_COLUMNS = """
i.id, i.provider, i.name, i.secret_hint, i.public_hint, i.config, i.is_default, i.is_active, i.key_status, i.key_error,
i.checked_at, i.version, i.created_at, i.updated_at
"""
_WITH_WORKSPACES = f"""
SELECT {_COLUMNS},
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', w.id, 'slug', w.slug, 'name', w.name) ORDER BY w.name, w.id)
                   FROM integration_assignments a
                   JOIN workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id
                  WHERE a.partner_id = $partner AND w.partner_id = $partner AND a.integration_id = i.id
                    AND w.deleted_at IS NULL), '[]') AS assigned_workspaces
  FROM integrations i
 WHERE i.partner_id = $partner
"""
_LIST = f"{_WITH_WORKSPACES} ORDER BY i.provider, i.is_default DESC, i.created_at, i.id"
_FIND = f"{_WITH_WORKSPACES} AND i.id = $1"
_FIND_LOCKED = f"SELECT {_COLUMNS} FROM integrations i WHERE i.partner_id = $partner AND i.id = $1 FOR UPDATE"
_FIND_KEYS = "SELECT secret_key, public_key FROM integrations WHERE partner_id = $partner AND id = $1"
_LOCK_PROVIDER = (
    "SELECT pg_advisory_xact_lock(hashtextextended('integrations ' || $1 || ' of ' || ($partner::uuid)::text, 0))"
)
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
INSERT INTO integrations (partner_id, id, provider, name, secret_key, secret_hint, public_key, public_hint, config,
                          is_default, created_by, created_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, false, $9, $now, $now)
"""
_SAVE = """
UPDATE integrations SET name = $2, config = $3, is_active = $4, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_REPLACE_KEY = """
UPDATE integrations
   SET secret_key = $2, secret_hint = $3, key_status = 'untested', key_error = NULL, checked_at = NULL
 WHERE partner_id = $partner AND id = $1
"""
_REPLACE_PUBLIC = "UPDATE integrations SET public_key = $2, public_hint = $3 WHERE partner_id = $partner AND id = $1"
_SAVE_CHECK = """
UPDATE integrations SET key_status = $3, key_error = $4, config = $5, checked_at = $now
 WHERE partner_id = $partner AND id = $1 AND version = $2
"""
_MARK_BAD = """
UPDATE integrations SET key_status = 'invalid', key_error = $2, checked_at = $now
 WHERE partner_id = $partner AND id = $1 AND key_status <> 'invalid' AND ($3::integer IS NULL OR version = $3)
"""
_UNSET_DEFAULT = (
    "UPDATE integrations SET is_default = false WHERE partner_id = $partner AND provider = $1 AND is_default"
)
_SET_DEFAULT = "UPDATE integrations SET is_default = true WHERE partner_id = $partner AND id = $1"
_DELETE = "DELETE FROM integrations WHERE partner_id = $partner AND id = $1"


class SealedKeys(msgspec.Struct, frozen=True):
    """The keys of an integration as they are stored."""

    secret_key: bytes
    public_key: bytes | None


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """An integration about to be stored."""

    id: UUID
    provider: str
    name: str
    secret_key: bytes
    secret_hint: str
    public_key: bytes | None
    public_hint: str | None
    config: Config
    created_by: UUID | None


async def list_integrations(ctx: Context) -> list[Integration]:
    """Return all, by provider, the default first, then the oldest, each with the workspaces that use it."""
    return await ctx.fetch_all(Integration, _LIST)


async def find_integration(ctx: Context, integration_id: UUID) -> Integration:
    """Return one with the workspaces that use it. Raises NotFound."""
    return _found(await ctx.fetch_one(Integration, _FIND, integration_id))


async def lock_integration(ctx: Context, integration_id: UUID) -> Integration:
    """Return one, without its workspaces, and hold it until the unit of work ends. Raises NotFound."""
    return _found(await ctx.fetch_one(Integration, _FIND_LOCKED, integration_id))


async def find_keys(ctx: Context, integration_id: UUID) -> SealedKeys:
    """Return the sealed keys. Raises NotFound."""
    keys = await ctx.fetch_one(SealedKeys, _FIND_KEYS, integration_id)
    if keys is None:
        raise NotFound("There is no such integration.")
    return keys


async def lock_provider(ctx: Context, provider: str) -> None:
    """Let only one unit of work at a time decide which integration of a provider is the default."""
    await ctx.fetch_value(_LOCK_PROVIDER, provider)


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
        _INSERT, row.id, row.provider, row.name, row.secret_key, row.secret_hint, row.public_key, row.public_hint,
        stored(row.config), row.created_by,
    )  # fmt: skip


async def save_integration(ctx: Context, row: Integration) -> None:
    """Store name, config and active state, and count the version."""
    await ctx.execute(_SAVE, row.id, row.name, stored(row.config), row.is_active)


async def save_secret_key(ctx: Context, integration_id: UUID, sealed: bytes, hint: str) -> None:
    """Replace the secret key; nobody has tested the new one."""
    await ctx.execute(_REPLACE_KEY, integration_id, sealed, hint)


async def save_public_key(ctx: Context, integration_id: UUID, sealed: bytes | None, hint: str | None) -> None:
    """Replace or remove the public key."""
    await ctx.execute(_REPLACE_PUBLIC, integration_id, sealed, hint)


async def save_check(ctx: Context, row: Integration, status: KeyStatus, error: str | None) -> bool:
    """Store what a test found. False when the integration was changed while the provider was asked."""
    return await ctx.execute(_SAVE_CHECK, row.id, row.version, status, error, stored(row.config)) == 1


async def mark_bad(ctx: Context, integration_id: UUID, reason: str, version: int | None) -> bool:
    """Mark the key as refused. False when it was marked already, or is another one by now."""
    return await ctx.execute(_MARK_BAD, integration_id, reason, version) == 1


async def make_default(ctx: Context, integration: Integration) -> None:
    """Make one the default of its provider."""
    await ctx.execute(_UNSET_DEFAULT, integration.provider)
    await ctx.execute(_SET_DEFAULT, integration.id)


async def delete_integration(ctx: Context, integration_id: UUID) -> None:
    """Delete an integration that no workspace uses."""
    await ctx.execute(_DELETE, integration_id)


def stored(config: Config) -> dict[str, Any]:
    """Return a config as the JSON column takes it."""
    built: dict[str, Any] = msgspec.to_builtins(config)
    return built


def _found(row: Integration | None) -> Integration:
    if row is None:
        raise NotFound("There is no such integration.")
    return row
