"""The keys of one integration, opened and sealed as a whole."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.integrations import queries
from inspralv.integrations.connections import Account, find_account
from inspralv.integrations.credentials import Keys, SecretName
from inspralv.integrations.sealing import hint, seal_key


def sealed_keys(ctx: Context, integration_id: UUID, keys: Keys) -> queries.HintedKeys:
    """Return what is stored of keys. Raises KeyError without a secret key."""
    secret = keys["secret_key"] or ""

    def sealed(name: SecretName) -> tuple[bytes | None, str | None]:
        value = keys.get(name)
        return (seal_key(ctx, integration_id, name, value), hint(value)) if value else (None, None)

    public, webhook = sealed("public_key"), sealed("webhook_key")
    return queries.HintedKeys(
        secret_key=seal_key(ctx, integration_id, "secret_key", secret), secret_hint=hint(secret),
        public_key=public[0], public_hint=public[1], webhook_key=webhook[0], webhook_hint=webhook[1],
    )  # fmt: skip


async def opened_keys(ctx: Context, integration_id: UUID) -> Account:
    """Return the keys of an integration that is known to exist. Raises CannotOpen, and NotFound when it is gone."""
    account = await find_account(ctx, integration_id)
    if account is None:
        await queries.find_integration(ctx, integration_id)  # says what is missing
        raise LookupError("the integration vanished between two statements")
    return account
