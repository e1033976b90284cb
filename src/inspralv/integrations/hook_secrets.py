"""The secrets that a webhook at one address may show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.integrations.connections import Account, Endpoint, opened_account, provider_of
from inspralv.integrations.credentials import Keys, credentials_of
from inspralv.integrations.sealing import open_former, open_hook
from inspralv.providers.contract import VoiceProvider

_FIND = """
SELECT a.hook_secret, i.id AS integration_id, i.provider, i.name, i.secret_key, i.public_key, i.webhook_key, i.config,
       i.version, i.key_status, i.key_error,
       coalesce((SELECT jsonb_agg(jsonb_build_object('id', f.id, 'secret_key', encode(f.secret_key, 'hex'),
                                                     'webhook_key', encode(f.webhook_key, 'hex'), 'config', f.config))
                   FROM integration_former_keys f
                  WHERE f.partner_id = $partner AND f.integration_id = i.id AND f.valid_until > $now), '[]') AS former
  FROM integration_assignments a
  JOIN integrations i ON i.partner_id = a.partner_id AND i.id = a.integration_id
 WHERE a.partner_id = $partner AND i.partner_id = $partner AND a.workspace_id = $workspace AND a.provider = $1
   AND a.endpoint_id = $2
"""


async def find_hook_secrets(ctx: Context, endpoint: Endpoint) -> Sequence[str]:
    """Return the secrets that a webhook at this address may show: the address' own one, which tools show at every
    provider, and those of the account if the vendor signs with them, former ones included as long as they are believed.
    None at all when the address is no longer in use. The context is one of the endpoint's workspace. Raises
    CannotOpen."""
    async with ctx.widened() as wide:
        rows = await wide.records(_FIND, endpoint.provider, endpoint.id)
        if not rows:
            return ()
        provider = provider_of(ctx.services, endpoint.provider)
        own = open_hook(wide, endpoint.id, "hook_secret", rows[0]["hook_secret"])
        of_account = _secrets_of(provider, opened_account(wide, rows[0]))
        if of_account is None:
            return (own,)
        former = [secret for row in rows[0]["former"] for secret in _former_secrets(wide, provider, row)]
        return tuple(dict.fromkeys((own, *of_account, *former)))


def signs_with_account(provider: VoiceProvider, account: Account) -> bool:
    """Whether the vendor signs webhooks with secrets of the account, which somebody has to enter here."""
    return _secrets_of(provider, account) is not None


def _secrets_of(provider: VoiceProvider, account: Account) -> Sequence[str] | None:
    return provider.hook_secrets(credentials_of(provider, account.keys, account.config))


def _former_secrets(ctx: Context, provider: VoiceProvider, row: Mapping[str, Any]) -> Sequence[str]:
    former_id, webhook = UUID(row["id"]), row["webhook_key"]
    keys: Keys = {
        "secret_key": open_former(ctx, former_id, "secret_key", bytes.fromhex(row["secret_key"])),
        "webhook_key": open_former(ctx, former_id, "webhook_key", bytes.fromhex(webhook)) if webhook else None,
    }
    try:
        return provider.hook_secrets(credentials_of(provider, keys, row["config"])) or ()
    except msgspec.ValidationError:  # credentials that this release would not take any more sign nothing either
        return ()
