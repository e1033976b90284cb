"""Where this slice keeps sealed values."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.secrets import Place, SealedColumn

SEALED = (
    SealedColumn("two_factors", "secret", row="user_id"),
    SealedColumn("identity_providers", "client_secret"),
)


def secret_place(partner_id: UUID, user_id: UUID) -> Place:
    """Return the place of a person's authenticator secret; it opens nowhere else."""
    return Place(partner_id, "two_factors", user_id, "secret")
