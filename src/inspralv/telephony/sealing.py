"""A trunk's password at rest: sealed for its own row and column."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.foundation.secrets import Place, SealedColumn

TABLE, COLUMN = "sip_trunks", "sip_password"
SEALED = (SealedColumn(TABLE, COLUMN),)


def seal_password(ctx: Context, trunk_id: UUID, password: str) -> bytes:
    """Return what is stored of a password."""
    return ctx.services.sealer.seal(password, Place(ctx.partner_id, TABLE, trunk_id, COLUMN))


def open_password(ctx: Context, trunk_id: UUID, sealed: bytes) -> str:
    """Return a password. Raises CannotOpen."""
    return ctx.services.sealer.open(sealed, Place(ctx.partner_id, TABLE, trunk_id, COLUMN))
