"""Changes of address that wait for both mailboxes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.accounts.queries.sessions import OWN_SESSION, PROVABLE
from inspralv.accounts.schemas import AddressState, WaitingAddress
from inspralv.foundation.context import Context
from inspralv.foundation.db.unit_of_work import NotUnique

_DROP_OF = "DELETE FROM address_changes WHERE partner_id = $partner AND user_id = $1 RETURNING new_email"
_ADD = """
INSERT INTO address_changes (partner_id, id, user_id, new_email, created_at, expires_at)
VALUES ($partner, $1, $2, $3, $now, $4)
"""
_WAITING = """
c.id, c.user_id, u.email AS old_email, u.first_name, c.new_email, c.expires_at, c.old_confirmed_at, c.new_confirmed_at
"""
_JOIN = "FROM address_changes c JOIN users u ON u.partner_id = c.partner_id AND u.id = c.user_id"
_FIND = f"""
SELECT {_WAITING}, '' AS side {_JOIN}
 WHERE c.partner_id = $partner AND u.partner_id = $partner AND c.id = $1 AND c.expires_at > $now
"""
_STATE = f"""
SELECT {PROVABLE},
       (SELECT to_jsonb(x) FROM (
          SELECT {_WAITING} FROM address_changes c
           WHERE c.partner_id = $partner AND c.user_id = u.id AND c.expires_at > $now) x) AS waiting
  FROM users u {OWN_SESSION}
 WHERE u.partner_id = $partner AND u.id = $1
"""
_FIND_BY_TOKEN = f"""
SELECT {_WAITING}, CASE WHEN c.old_token_hash = $1 THEN 'old' ELSE 'new' END AS side {_JOIN}
 WHERE c.partner_id = $partner AND u.partner_id = $partner AND (c.old_token_hash = $1 OR c.new_token_hash = $1)
   AND c.expires_at > $now AND u.status = 'active' AND u.deleted_at IS NULL
   FOR UPDATE OF c
"""
_LOOK_BY_TOKEN = _FIND_BY_TOKEN.replace("FOR UPDATE OF c", "")
_GIVE_LINKS = """
UPDATE address_changes SET old_token_hash = $2, new_token_hash = $3 WHERE partner_id = $partner AND id = $1
"""
_CONFIRM = """
UPDATE address_changes
   SET old_confirmed_at = CASE WHEN $2 = 'old' THEN coalesce(old_confirmed_at, $now) ELSE old_confirmed_at END,
       new_confirmed_at = CASE WHEN $2 = 'new' THEN coalesce(new_confirmed_at, $now) ELSE new_confirmed_at END
 WHERE partner_id = $partner AND id = $1
RETURNING old_confirmed_at IS NOT NULL AND new_confirmed_at IS NOT NULL
"""
_DROP = "DELETE FROM address_changes WHERE partner_id = $partner AND id = $1"
_TAKE = """
UPDATE users SET email = $2, email_verified_at = $now, updated_at = $now
 WHERE partner_id = $partner AND id = $1
   AND NOT EXISTS (SELECT FROM users o WHERE o.partner_id = $partner AND o.email = $2)
"""
_SWEEP = "DELETE FROM address_changes WHERE partner_id = $partner AND expires_at < $now"


async def drop_change_of(ctx: Context, user_id: UUID) -> str | None:
    """Forget a person's change of address and return the address it was to be; None when there was none."""
    email: str | None = await ctx.fetch_value(_DROP_OF, user_id)
    return email


async def add_change(ctx: Context, change_id: UUID, user_id: UUID, email: str, until: datetime) -> None:
    """Note which address a person wants; it changes nothing yet."""
    await ctx.execute(_ADD, change_id, user_id, email, until)


async def find_change(ctx: Context, change_id: UUID) -> WaitingAddress | None:
    """Return a change that still waits."""
    return await ctx.fetch_one(WaitingAddress, _FIND, change_id)


async def find_address_state(ctx: Context, user_id: UUID, session_id: UUID) -> AddressState:
    """Return the change that a person waits for. Raises LookupError for somebody who does not exist."""
    rows = await ctx.records(_STATE, user_id, session_id)
    if not rows:
        raise LookupError(f"no user {user_id}")
    waiting = msgspec.convert(rows[0]["waiting"], WaitingAddress | None)
    return AddressState(has_password=rows[0]["has_password"], signed_in_at=rows[0]["signed_in_at"], waiting=waiting)


async def look_at_change(ctx: Context, token: bytes) -> WaitingAddress | None:
    """Return the change whose link this is, and whose mailbox it was sent to."""
    return await ctx.fetch_one(WaitingAddress, _LOOK_BY_TOKEN, token)


async def hold_change(ctx: Context, token: bytes) -> WaitingAddress | None:
    """Return the change whose link this is; nobody else answers until the unit of work ends."""
    return await ctx.fetch_one(WaitingAddress, _FIND_BY_TOKEN, token)


async def give_links(ctx: Context, change_id: UUID, old: bytes, new: bytes | None) -> None:
    """Give a change its links; none for the new address when it is taken."""
    await ctx.execute(_GIVE_LINKS, change_id, old, new)


async def confirm_side(ctx: Context, change: WaitingAddress) -> bool:
    """Note that a mailbox agreed; True when both have."""
    return bool(await ctx.fetch_value(_CONFIRM, change.id, change.side))


async def drop_change(ctx: Context, change_id: UUID) -> None:
    """Forget a change."""
    await ctx.execute(_DROP, change_id)


async def take_address(ctx: Context, user_id: UUID, email: str) -> bool:
    """Give a person the address; False when somebody has it by now, be it since this very moment. Then the unit of work
    can only be undone."""
    try:
        return await ctx.execute(_TAKE, user_id, email) == 1
    except NotUnique:
        return False


async def sweep_changes(ctx: Context) -> None:
    """Forget changes that were not confirmed in time."""
    await ctx.execute(_SWEEP)
