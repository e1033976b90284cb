"""The statements about domains. The table is a directory: it is read here, and written through reviewed functions."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.domains.policy import Verdict
from inspralv.domains.schemas import Domain, Seen
from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _

COLUMNS = """
id, hostname, is_primary, verification_token, state, reason, seen, verified_at, lapsed_at, checked_at, failing_since,
failed_looks, created_at
"""
_LIST = f"""
SELECT {COLUMNS} FROM partner_domains WHERE partner_id = $partner ORDER BY is_primary DESC, created_at, hostname
"""
_FIND = f"SELECT {COLUMNS} FROM partner_domains WHERE partner_id = $partner AND hostname = $1"
_ADD = "SELECT add_domain($partner, $1, $2, $3, $now, $4, $5)"
_REMOVE = "SELECT remove_domain($partner, $1)"
_PRIMARY = "SELECT hostname FROM partner_domains WHERE partner_id = $partner AND is_primary"
_MAKE_PRIMARY = "SELECT make_domain_primary($partner, $1)"
_NOTE_LOOK = "SELECT note_domain_look($partner, $1, $2, $now, $3, $4, $5, $6, $7, $8)"
_OWNERS = """
SELECT u.email, u.first_name FROM partner_members m JOIN users u ON u.partner_id = m.partner_id AND u.id = m.user_id
 WHERE m.partner_id = $partner AND u.partner_id = $partner AND m.role = 'owner' AND m.removed_at IS NULL ORDER BY u.email
"""


class Owner(msgspec.Struct, frozen=True):
    """Somebody who is told when a domain lapses."""

    email: str
    first_name: str


async def list_domains(ctx: Context) -> list[Domain]:
    """Return the partner's domains, the primary one first, then the oldest."""
    return await ctx.fetch_all(Domain, _LIST)


async def find_domain(ctx: Context, hostname: str) -> Domain:
    """Return one. Raises NotFound."""
    found = await ctx.fetch_one(Domain, _FIND, hostname.lower())
    if found is None:
        raise NotFound(_("There is no such domain."))
    return found


async def add_domain(ctx: Context, domain_id: UUID, hostname: str, token: str, *, proved: bool) -> bool:
    """Add a domain that waits for its proof. False when the name is taken; a claim without proof does not take it from
    somebody who has `proved` that it is theirs; whoever loses one reads of it in their log."""
    return bool(await ctx.fetch_value(_ADD, domain_id, hostname, token, proved, uuid7(ctx.now)))


async def remove_domain(ctx: Context, hostname: str) -> bool:
    """Remove a domain. False when it is the primary one, or gone."""
    return bool(await ctx.fetch_value(_REMOVE, hostname))


async def make_primary(ctx: Context, hostname: str) -> bool:
    """Make a proved domain the primary one. False when it is not proved."""
    return bool(await ctx.fetch_value(_MAKE_PRIMARY, hostname))


async def find_primary(ctx: Context) -> str | None:
    """Return the host name that links in mails lead to, or None."""
    found: str | None = await ctx.fetch_value(_PRIMARY)
    return found


async def note_look(ctx: Context, domain: Domain, seen: Seen, verdict: Verdict) -> bool:
    """Write down what a look came to. False when another look came between."""
    noted = await ctx.fetch_value(
        _NOTE_LOOK, domain.hostname, domain.checked_at, verdict.verified_at, verdict.lapsed_at, verdict.reason,
        msgspec.to_builtins(seen), verdict.failing_since, verdict.failed_looks,
    )  # fmt: skip
    return bool(noted)


async def list_owners(ctx: Context) -> list[Owner]:
    """Return the owners of the partner."""
    return await ctx.fetch_all(Owner, _OWNERS)
