"""The secret of a workspace: made when it is first needed, shown once, replaced without a gap."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from inspralv.conversations.events import SigningSecretReplaced
from inspralv.conversations.queries import signing as queries
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7
from inspralv.foundation.outbound.signing import new_signing_secret
from inspralv.foundation.secrets import Place
from inspralv.tenancy.contexts import WorkspaceContext

OVERLAP: Final = timedelta(hours=24)
_TABLE = "signing_secrets"


async def signing_secrets(ctx: Context) -> list[str]:
    """Return the secrets that sign now, the current one first; the first is made when there is none. Raises
    CannotOpen."""
    stored = await queries.list_valid(ctx)
    if not stored:
        await _add(ctx, new_signing_secret(), None)
        stored = await queries.list_valid(ctx)
    return [ctx.services.sealer.open(one.secret, _place(ctx, one.id)) for one in stored]


async def replace_secret(ctx: WorkspaceContext) -> str:
    """Make a new secret and return it, the only time it is shown. The old one signs too for another day."""
    secret = new_signing_secret()
    replaced = await queries.retire(ctx, ctx.now + OVERLAP)
    secret_id = await _add(ctx, secret, ctx.me.id)
    ctx.record(SigningSecretReplaced(entity_id=secret_id, new={"replaced": replaced}))
    return secret


async def _add(ctx: Context, secret: str, by: UUID | None) -> UUID:
    secret_id = uuid7(ctx.now)
    await queries.add_secret(ctx, secret_id, ctx.services.sealer.seal(secret, _place(ctx, secret_id)), by)
    return secret_id


def _place(ctx: Context, secret_id: UUID) -> Place:
    return Place(ctx.partner_id, _TABLE, secret_id, "secret")
