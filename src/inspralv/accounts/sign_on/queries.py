"""Identity providers and linked identities."""

from __future__ import annotations

from uuid import UUID

from inspralv.accounts.sign_on.schemas import IdentityProvider, LinkedIdentity, WayIn
from inspralv.foundation.context import Context

_COLUMNS = "id, label, issuer, client_id, domains, auto_join, enabled, created_at, updated_at"
_LIST = f"SELECT {_COLUMNS} FROM identity_providers WHERE partner_id = $partner ORDER BY lower(label), id"
_FIND = f"SELECT {_COLUMNS} FROM identity_providers WHERE partner_id = $partner AND id = $1"
_FIND_SEALED = "SELECT client_secret FROM identity_providers WHERE partner_id = $partner AND id = $1"
_WAYS = """
SELECT id, label, issuer FROM identity_providers WHERE partner_id = $partner AND enabled ORDER BY lower(label), id
"""
_ADD = """
INSERT INTO identity_providers (partner_id, id, label, issuer, client_id, client_secret, domains, auto_join, enabled,
                                created_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $now, $now) ON CONFLICT (partner_id, issuer) DO NOTHING
"""
_SAVE = """
UPDATE identity_providers
   SET label = $2, client_id = $3, client_secret = coalesce($4, client_secret), domains = $5, auto_join = $6,
       enabled = $7, updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_REMOVE = "DELETE FROM identity_providers WHERE partner_id = $partner AND id = $1"
_OWNER_OF = "SELECT user_id FROM linked_identities WHERE partner_id = $partner AND issuer = $1 AND subject = $2"
_LINK = """
INSERT INTO linked_identities (partner_id, id, user_id, issuer, subject, label, email, created_at, last_used_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $now, $now) ON CONFLICT (partner_id, issuer, subject) DO NOTHING
"""
_USED = """
UPDATE linked_identities SET last_used_at = $now WHERE partner_id = $partner AND issuer = $1 AND subject = $2
"""
_LINKS = """
SELECT id, label, issuer, email, created_at, last_used_at FROM linked_identities
 WHERE partner_id = $partner AND user_id = $1 ORDER BY created_at, id
"""
_UNLINK = "DELETE FROM linked_identities WHERE partner_id = $partner AND user_id = $1 AND id = $2"
_OTHER_WAYS = """
SELECT EXISTS (SELECT FROM users WHERE partner_id = $partner AND id = $1 AND password_hash <> '')
    OR EXISTS (SELECT FROM passkeys WHERE partner_id = $partner AND user_id = $1)
    OR EXISTS (SELECT FROM linked_identities l JOIN identity_providers p ON p.partner_id = $partner AND p.issuer = l.issuer
                WHERE l.partner_id = $partner AND l.user_id = $1 AND l.id <> $2 AND p.enabled)
"""


async def list_providers(ctx: Context) -> list[IdentityProvider]:
    """Return the partner's providers by label."""
    return await ctx.fetch_all(IdentityProvider, _LIST)


async def find_provider(ctx: Context, provider_id: UUID) -> IdentityProvider | None:
    """Return one provider, or None."""
    return await ctx.fetch_one(IdentityProvider, _FIND, provider_id)


async def find_secret(ctx: Context, provider_id: UUID) -> bytes:
    """Return a provider's sealed secret."""
    return bytes(await ctx.fetch_value(_FIND_SEALED, provider_id))


async def list_ways(ctx: Context) -> list[WayIn]:
    """Return the providers that are turned on."""
    return await ctx.fetch_all(WayIn, _WAYS)


async def add_provider(ctx: Context, new: IdentityProvider, secret: bytes) -> bool:
    """Add a provider; False when the partner has this issuer already."""
    p = new
    args = (p.id, p.label, p.issuer, p.client_id, secret, p.domains, p.auto_join, p.enabled)
    return await ctx.execute(_ADD, *args) == 1


async def save_provider(ctx: Context, p: IdentityProvider, secret: bytes | None) -> None:
    """Write what can be changed; without a secret the old one stays."""
    await ctx.execute(_SAVE, p.id, p.label, p.client_id, secret, p.domains, p.auto_join, p.enabled)


async def remove_provider(ctx: Context, provider_id: UUID) -> None:
    """Remove a provider."""
    await ctx.execute(_REMOVE, provider_id)


async def find_linked(ctx: Context, issuer: str, subject: str) -> UUID | None:
    """Return whose identity this is, or None."""
    found: UUID | None = await ctx.fetch_value(_OWNER_OF, issuer, subject)
    return found


async def link(ctx: Context, new: LinkedIdentity, user_id: UUID, subject: str) -> bool:
    """Link an identity; False when it has been linked meanwhile."""
    return await ctx.execute(_LINK, new.id, user_id, new.issuer, subject, new.label, new.email) == 1


async def note_use(ctx: Context, issuer: str, subject: str) -> None:
    """Note that an identity was used now."""
    await ctx.execute(_USED, issuer, subject)


async def list_linked(ctx: Context, user_id: UUID) -> list[LinkedIdentity]:
    """Return a person's linked identities, the oldest first."""
    return await ctx.fetch_all(LinkedIdentity, _LINKS, user_id)


async def unlink(ctx: Context, user_id: UUID, identity_id: UUID) -> bool:
    """Remove a linked identity of a person; False when there is none such."""
    return await ctx.execute(_UNLINK, user_id, identity_id) == 1


async def has_other_ways(ctx: Context, user_id: UUID, identity_id: UUID) -> bool:
    """Whether a person gets in without this identity: by a password, a passkey or another provider."""
    return bool(await ctx.fetch_value(_OTHER_WAYS, user_id, identity_id))
