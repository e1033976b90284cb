"""What a person's security pages show, each in one statement, and what the partner asks of everybody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.accounts.queries.data_exports import STATUS_OF_EXPORT
from inspralv.accounts.queries.sessions import OWN_SESSION, PROVABLE
from inspralv.accounts.schemas import AccountOverview, AccountState, DataExport, SecurityState
from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct

_COLUMNS = """
u.two_factor_since, u.language, p.require_two_factor AS two_factor_required,
(SELECT count(*) FROM recovery_codes c
  WHERE c.partner_id = $partner AND c.user_id = u.id AND c.used_at IS NULL) AS recovery_codes_left,
(SELECT count(*) FROM passkeys k WHERE k.partner_id = $partner AND k.user_id = u.id) AS passkeys,
(SELECT c.new_email FROM address_changes c
  WHERE c.partner_id = $partner AND c.user_id = u.id AND c.expires_at > $now) AS waiting_email
"""
_WHERE = "WHERE u.partner_id = $partner AND p.id = $partner AND u.id = $1"
_STATE = f"SELECT {_COLUMNS} FROM users u JOIN partners p ON p.id = u.partner_id {_WHERE}"
_OVERVIEW = f"""
SELECT {_COLUMNS}, {PROVABLE},
       e.id, {STATUS_OF_EXPORT} AS status, e.asked_at, e.size_bytes, e.ready_at, e.expires_at
  FROM users u JOIN partners p ON p.id = u.partner_id
  {OWN_SESSION}
  LEFT JOIN data_exports e ON e.partner_id = $partner AND e.user_id = u.id
 {_WHERE}
"""
_IS_REQUIRED = "SELECT require_two_factor FROM partners WHERE id = $partner"
_ORGANISATION = """
SELECT p.require_two_factor,
       count(u.id) FILTER (WHERE m.user_id IS NOT NULL) AS members,
       count(u.id) FILTER (WHERE m.user_id IS NOT NULL AND u.two_factor_since IS NOT NULL) AS protected,
       coalesce(bool_or(u.id = $1 AND u.two_factor_since IS NOT NULL), false) AS mine
  FROM partners p
  LEFT JOIN users u ON u.partner_id = $partner AND u.status = 'active' AND u.deleted_at IS NULL
  LEFT JOIN partner_members m ON m.partner_id = $partner AND m.user_id = u.id AND m.removed_at IS NULL
 WHERE p.id = $partner GROUP BY p.require_two_factor
"""
_REQUIRE = "SELECT app.set_require_two_factor($partner, $1, $now)"


async def find_state(ctx: Context, user_id: UUID) -> AccountState:
    """Return how a person's account is protected. Raises LookupError for somebody who does not exist."""
    found = await ctx.fetch_one(AccountState, _STATE, user_id)
    if found is None:
        raise LookupError(f"no user {user_id}")
    return found


async def find_overview(ctx: Context, user_id: UUID, session_id: UUID) -> AccountOverview:
    """Return what the first page of an account shows. Raises LookupError for somebody who does not exist."""
    rows = await ctx.records(_OVERVIEW, user_id, session_id)
    if not rows:
        raise LookupError(f"no user {user_id}")
    found = dict(rows[0])
    export = to_struct(DataExport, rows[0]) if found["id"] else None
    return msgspec.convert(found | {"export": export}, AccountOverview, builtin_types=(datetime,))


async def is_two_factor_required(ctx: Context) -> bool:
    """Whether the partner asks everybody for a second factor."""
    rows = await ctx.directory(_IS_REQUIRED)
    return bool(rows and rows[0][0])


async def find_organisation(ctx: Context, user_id: UUID) -> SecurityState:
    """Return what the partner asks for, how many of its members have it, and whether this person does."""
    found = await ctx.fetch_one(SecurityState, _ORGANISATION, user_id)
    assert found is not None  # a context has a partner
    return found


async def require_two_factor(ctx: Context, *, required: bool) -> bool:
    """Ask everybody for a second factor, or no longer; False when it was so before."""
    rows = await ctx.directory(_REQUIRE, required)
    return bool(rows[0][0])
