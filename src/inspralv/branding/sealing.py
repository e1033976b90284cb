"""A partner's own mail secrets at rest: sealed for the partner and the column."""

from __future__ import annotations

from typing import Literal

from inspralv.foundation.context import Context
from inspralv.foundation.secrets import Place, SealedColumn

SealedName = Literal["smtp_password", "resend_key"]

SEALED = (
    SealedColumn("mail_settings", "smtp_password", row="partner_id"),
    SealedColumn("mail_settings", "resend_key", row="partner_id"),
)


def seal(ctx: Context, column: SealedName, value: str) -> bytes:
    """Return what is stored of a secret."""
    return ctx.services.sealer.seal(value, _place(ctx, column))


def unseal(ctx: Context, column: SealedName, sealed: bytes) -> str:
    """Return a secret. Raises CannotOpen."""
    return ctx.services.sealer.open(sealed, _place(ctx, column))


def _place(ctx: Context, column: SealedName) -> Place:
    return Place(ctx.partner_id, "mail_settings", ctx.partner_id, column)
