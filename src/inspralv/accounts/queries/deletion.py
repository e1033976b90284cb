"""An account that goes: whether it may, and what goes with it. What others need stays, without the name."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from inspralv.accounts.queries.sessions import OWN_SESSION, PROVABLE
from inspralv.accounts.schemas import OwnedWorkspace, Provable
from inspralv.foundation.context import Context

_PROSPECT = f"""
SELECT {PROVABLE},
       EXISTS (SELECT FROM partner_members m
                WHERE m.partner_id = $partner AND m.user_id = $1 AND m.role = 'owner' AND m.removed_at IS NULL)
       AND NOT EXISTS (SELECT FROM partner_members o JOIN users x ON x.partner_id = $partner AND x.id = o.user_id
                        WHERE o.partner_id = $partner AND o.user_id <> $1 AND o.role = 'owner' AND o.removed_at IS NULL
                          AND x.deleted_at IS NULL) AS owns_partner,
       coalesce((
         SELECT jsonb_agg(jsonb_build_object('slug', w.slug, 'name', w.name) ORDER BY w.name, w.id)
           FROM workspace_members m JOIN workspaces w ON w.partner_id = $partner AND w.id = m.workspace_id
          WHERE m.partner_id = $partner AND m.user_id = $1 AND m.role = 'owner' AND m.removed_at IS NULL
            AND w.deleted_at IS NULL
            AND NOT EXISTS (SELECT FROM workspace_members o JOIN users x ON x.partner_id = $partner AND x.id = o.user_id
                             WHERE o.partner_id = $partner AND o.workspace_id = m.workspace_id AND o.user_id <> $1
                               AND o.role = 'owner' AND o.removed_at IS NULL AND x.deleted_at IS NULL)
       ), '[]') AS owns_workspaces
  FROM users u {OWN_SESSION}
 WHERE u.partner_id = $partner AND u.id = $1
"""
_LEAVE_PARTNER = """
UPDATE partner_members SET removed_at = $now, removed_by = $1, updated_at = $now
 WHERE partner_id = $partner AND user_id = $1 AND removed_at IS NULL
"""
_LEAVE_WORKSPACES = """
UPDATE workspace_members SET removed_at = $now, removed_by = $1, updated_at = $now
 WHERE partner_id = $partner AND user_id = $1 AND removed_at IS NULL RETURNING workspace_id, role
"""
_GONE: Final = tuple(
    f"DELETE FROM {table} WHERE partner_id = $partner AND user_id = $1"
    for table in (
        "sessions", "api_keys", "passkeys", "passkey_challenges", "two_factors", "recovery_codes", "pending_sign_ins",
        "address_changes", "password_resets", "known_devices", "linked_identities",
    )
)  # fmt: skip
_GONE_BY_ADDRESS: Final = (
    "DELETE FROM sign_ups WHERE partner_id = $partner AND email = $1",
    "DELETE FROM password_resets WHERE partner_id = $partner AND email = $1",
    "DELETE FROM partner_invitations WHERE partner_id = $partner AND email = $1",
    "DELETE FROM workspace_invitations WHERE partner_id = $partner AND workspace_id IS NOT NULL AND email = $1",
)
# The list of mails keeps that there was one; what has not left yet still goes out.
_BLANK_MAILS = """
UPDATE mail_messages SET recipient = ($1::uuid)::text || '@deleted.invalid', html = '', plain = ''
 WHERE partner_id = $partner AND recipient = $2 AND status <> 'queued'
"""
# The row stays for those that name it: versions of agents, calls, the event log. Wherever a name is shown, it is this one.
# The address is one that nobody can have (RFC 2606, section 2), so that the person's own is free again.
_BLANK = """
UPDATE users
   SET email = id::text || '@deleted.invalid', first_name = 'Deleted', last_name = 'user', password_hash = '',
       avatar_url = NULL, phone_number = NULL, settings = '{}', email_verified_at = NULL, last_login_at = NULL,
       two_factor_since = NULL, status = 'inactive', updated_at = $now, deleted_at = $now
 WHERE partner_id = $partner AND id = $1 AND deleted_at IS NULL
"""


class Prospect(Provable, frozen=True, kw_only=True):
    """Whether an account can go: what it alone owns."""

    owns_partner: bool
    owns_workspaces: list[OwnedWorkspace]

    @property
    def needed(self) -> bool:
        """Whether something would be left without an owner."""
        return self.owns_partner or bool(self.owns_workspaces)


async def find_prospect(ctx: Context, user_id: UUID, session_id: UUID) -> Prospect:
    """Return whether an account can go. Raises LookupError for somebody who does not exist."""
    found = await ctx.fetch_one(Prospect, _PROSPECT, user_id, session_id)
    if found is None:
        raise LookupError(f"no user {user_id}")
    return found


async def leave_everything(ctx: Context, user_id: UUID) -> dict[UUID, str]:
    """End a person's memberships, and return the workspaces they were in with the role there."""
    await ctx.execute(_LEAVE_PARTNER, user_id)
    return {row["workspace_id"]: row["role"] for row in await ctx.records(_LEAVE_WORKSPACES, user_id)}


async def drop_belongings(ctx: Context, user_id: UUID, email: str) -> None:
    """Forget whatever opens the account, and to whom and with which words mails were sent."""
    for sql in _GONE:
        await ctx.execute(sql, user_id)
    for sql in _GONE_BY_ADDRESS:
        await ctx.execute(sql, email)
    await ctx.execute(_BLANK_MAILS, user_id, email)


async def blank_account(ctx: Context, user_id: UUID) -> bool:
    """Take name, address and everything else off an account; False when it is gone already."""
    return await ctx.execute(_BLANK, user_id) == 1
