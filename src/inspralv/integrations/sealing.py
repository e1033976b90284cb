"""Provider keys and webhook secrets at rest: each sealed for its own row and column."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.foundation.secrets import Place, SealedColumn
from inspralv.integrations.credentials import SecretName

HookColumn = Literal["hook_token", "hook_secret"]

SEALED = (
    SealedColumn("integrations", "secret_key"),
    SealedColumn("integrations", "public_key"),
    SealedColumn("integrations", "webhook_key"),
    SealedColumn("integration_former_keys", "secret_key"),
    SealedColumn("integration_former_keys", "webhook_key"),
    SealedColumn("integration_assignments", "hook_token", row="endpoint_id"),
    SealedColumn("integration_assignments", "hook_secret", row="endpoint_id"),
)
_HINT = 4


def seal_key(ctx: Context, integration_id: UUID, column: SecretName, value: str) -> bytes:
    """Return what is stored of a provider key."""
    return ctx.services.sealer.seal(value, Place(ctx.partner_id, "integrations", integration_id, column))


def open_key(ctx: Context, integration_id: UUID, column: SecretName, sealed: bytes) -> str:
    """Return a provider key. Raises CannotOpen."""
    return ctx.services.sealer.open(sealed, Place(ctx.partner_id, "integrations", integration_id, column))


def seal_former(ctx: Context, former_id: UUID, column: SecretName, value: str) -> bytes:
    """Return what is stored of a key that was replaced."""
    return ctx.services.sealer.seal(value, Place(ctx.partner_id, "integration_former_keys", former_id, column))


def open_former(ctx: Context, former_id: UUID, column: SecretName, sealed: bytes) -> str:
    """Return a key that was replaced. Raises CannotOpen."""
    return ctx.services.sealer.open(sealed, Place(ctx.partner_id, "integration_former_keys", former_id, column))


def seal_hook(ctx: Context, endpoint_id: UUID, column: HookColumn, value: str) -> bytes:
    """Return what is stored of a webhook's token or secret."""
    return ctx.services.sealer.seal(value, Place(ctx.partner_id, "integration_assignments", endpoint_id, column))


def open_hook(ctx: Context, endpoint_id: UUID, column: HookColumn, sealed: bytes) -> str:
    """Return a webhook's token or secret. Raises CannotOpen."""
    return ctx.services.sealer.open(sealed, Place(ctx.partner_id, "integration_assignments", endpoint_id, column))


def hint(key: str) -> str:
    """Return the last four characters, by which people tell their keys apart; of a very short key less than half."""
    return key[-min(_HINT, len(key) // 3) :] if len(key) > _HINT else ""
