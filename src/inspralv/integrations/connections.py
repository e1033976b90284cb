"""What other rooms use: a provider as one workspace reaches it, and the webhook addresses that lead back to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.language.stored import Stored
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.services import Services
from inspralv.foundation.web.addresses import Addresses
from inspralv.integrations import check_queries
from inspralv.integrations.credentials import SECRETS, Keys, credentials_of
from inspralv.integrations.events import KeyRefused
from inspralv.integrations.schemas import Config, KeyStatus
from inspralv.integrations.sealing import open_hook, open_key
from inspralv.providers.contract import ProviderSession, VoiceProvider
from inspralv.providers.errors import BadCredentials
from inspralv.providers.registry import ProviderRegistry
from inspralv.providers.sentences import NO_REASON

_ON_HOLD = Stored("“%(name)s” was refused (%(reason)s); nothing is sent until it is replaced or works again.")
FIRST_PROBE = timedelta(hours=1)  # before a refused key is tried again by itself
_COLUMNS = """
i.id AS integration_id, i.provider, i.name, i.secret_key, i.public_key, i.webhook_key, i.config, i.version, i.key_status,
i.key_error
"""
_OF_WORKSPACE = f"""
SELECT {_COLUMNS}, a.endpoint_id, a.hook_token, a.hook_secret
  FROM integration_assignments a
  JOIN integrations i ON i.partner_id = a.partner_id AND i.id = a.integration_id
 WHERE a.partner_id = $partner AND i.partner_id = $partner AND a.workspace_id = $1 AND a.provider = $2 AND i.is_active
"""
_KEYS_OF = f"SELECT {_COLUMNS} FROM integrations i WHERE i.partner_id = $partner AND i.id = $1"
_HAS_KEY = """
SELECT true FROM integration_assignments WHERE partner_id = $partner AND workspace_id = $workspace AND provider = $1
"""
_ENDPOINT = """
SELECT e.id, e.partner_id, e.workspace_id, e.integration_id, e.provider
  FROM app.hook_endpoints e JOIN app.partners p ON p.id = e.partner_id
 WHERE e.token_hash = $1 AND e.provider = $2 AND e.revoked_at IS NULL AND p.deleted_at IS NULL
"""


class KeyOnHold(BadCredentials):
    """The provider has refused this key before. Nobody is asked with it until it is replaced or a test finds it works."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An opened integration: keys to talk to a provider with. Lives in memory only, and shows no key when printed."""

    integration_id: UUID
    provider: str
    name: str
    secret_key: str
    public_key: str | None
    webhook_key: str | None
    config: dict[str, Any]
    version: int
    """Of the integration: tells whether the key was replaced meanwhile."""
    key_status: KeyStatus = "untested"
    key_error: str | None = None

    @property
    def keys(self) -> Keys:
        return {name: getattr(self, name) for name in SECRETS}

    def __repr__(self) -> str:
        return f"{type(self).__name__}(provider={self.provider!r}, integration_id={self.integration_id}, …)"


class Connection(Account, frozen=True, kw_only=True):
    """An account as one workspace uses it, with the workspace's own webhook address and secret."""

    endpoint_id: UUID
    hook_url: str
    hook_secret: str


class Endpoint(msgspec.Struct, frozen=True):
    """Whose webhook address a token is."""

    id: UUID
    partner_id: UUID
    workspace_id: UUID
    integration_id: UUID
    provider: str


async def find_connection(ctx: Context, workspace_id: UUID, provider: str) -> Connection | None:
    """Return how a workspace reaches a provider; None when no active key is assigned. Needs a context that sees the
    whole partner (`ctx.widened()`, `job.partner()`). Raises CannotOpen."""
    rows = await ctx.records(_OF_WORKSPACE, workspace_id, provider)
    if not rows:
        return None
    row, endpoint_id = rows[0], rows[0]["endpoint_id"]
    token = open_hook(ctx, endpoint_id, "hook_token", row["hook_token"])
    return Connection(
        **_account(ctx, row), endpoint_id=endpoint_id, hook_url=hook_url(ctx.services, provider, token),
        hook_secret=open_hook(ctx, endpoint_id, "hook_secret", row["hook_secret"]),
    )  # fmt: skip


async def find_account(ctx: Context, integration_id: UUID) -> Account | None:
    """Return an integration's keys, whoever uses it. Needs a context that sees the whole partner. Raises CannotOpen."""
    rows = await ctx.records(_KEYS_OF, integration_id)
    return opened_account(ctx, rows[0]) if rows else None


async def has_key(ctx: Context, provider: str) -> bool:
    """Whether the context's workspace has a key of this provider assigned."""
    return bool(await ctx.fetch_value(_HAS_KEY, provider))


def open_session(services: Services, account: Account, *, although_refused: bool = False) -> ProviderSession:
    """Return the provider, ready to be talked to with these keys. Raises KeyOnHold, which is a BadCredentials, when the
    provider has refused them before: only tests of the key itself go there `although_refused`. Raises
    msgspec.ValidationError when they cannot be keys of this provider."""
    if account.key_status == "invalid" and not although_refused:
        raise KeyOnHold(_ON_HOLD(name=account.name, reason=account.key_error or NO_REASON()))
    provider = provider_of(services, account.provider)
    return provider.open(credentials_of(provider, account.keys, account.config), services.get(Outbound))


def hook_url(services: Services, provider: str, token: str) -> str:
    """Return the webhook address that a token opens."""
    return f"{services.get(Addresses).webhook_base.rstrip('/')}/api/webhooks/{provider}/{token}"


def provider_of(services: Services, name: str) -> VoiceProvider:
    """Return a provider of this installation. Raises KeyError."""
    return services.get(ProviderRegistry)[name]


async def find_endpoint(services: Services, provider: str, token: str) -> Endpoint | None:
    """Return whose webhook address this is; None for an unknown or closed one."""
    row = await services.pool.fetchrow(_ENDPOINT, token_hash(token), provider)
    return to_struct(Endpoint, row) if row else None


async def mark_key_bad(ctx: Context, integration_id: UUID, reason: str, version: int | None = None) -> None:
    """Mark an integration whose key the provider refused; said once. With `version`, only if the key is still that
    one. Needs a context that sees the whole partner."""
    if await check_queries.mark_bad(ctx, integration_id, reason, version, ctx.now + FIRST_PROBE):
        ctx.record(KeyRefused(entity_id=integration_id, new={"key_status": "invalid", "key_error": reason}))


def opened_account(ctx: Context, row: Any) -> Account:
    """Return the keys of a row that names the columns of an integration. Raises CannotOpen."""
    return Account(**_account(ctx, row))


def _account(ctx: Context, row: Any) -> dict[str, Any]:
    integration_id = row["integration_id"]
    config = msgspec.convert(row["config"], Config)
    keys: dict[str, str | None] = {
        name: open_key(ctx, integration_id, name, row[name]) if row[name] else None for name in SECRETS
    }
    named = {name: row[name] for name in ("integration_id", "provider", "name", "version", "key_status", "key_error")}
    return {**named, **keys, "config": {k: v for k, v in msgspec.to_builtins(config).items() if k != "numbers"}}
