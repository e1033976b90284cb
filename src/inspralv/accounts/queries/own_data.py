"""What the database holds about a person, for the copy they asked for. Never a secret or a hash, and nothing of others:
of invitations without the other's address, of the event log without values unless they are the person's own."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from inspralv.foundation.context import Context

_MINE = "partner_id = $partner AND user_id = $1"
_IN_WORKSPACE = "JOIN workspaces w ON w.partner_id = $partner AND w.id ="
_PROFILE = """
SELECT id, email, first_name, last_name, phone_number, avatar_url, status, created_at, email_verified_at, last_login_at,
       two_factor_since, password_hash <> '' AS has_password, settings
  FROM users WHERE partner_id = $partner AND id = $1
"""
_SESSIONS = f"""
SELECT created_at AS signed_in_at, last_seen_at, expires_at, revoked_at AS ended_at, ip, user_agent
  FROM sessions WHERE {_MINE} ORDER BY id
"""
# Statements by file and by the name of the list in it. `$1` is the person.
_LISTS: Final[dict[str, dict[str, str]]] = {
    "sign_in": {
        "passkeys": f"""
SELECT name, rp_id AS host, backed_up AS on_several_devices, created_at AS added_at, last_used_at
  FROM passkeys WHERE {_MINE} ORDER BY id
""",
        "linked_accounts": f"""
SELECT label, issuer, email, created_at AS linked_at, last_used_at FROM linked_identities WHERE {_MINE} ORDER BY id
""",
        "recovery_codes": f"SELECT created_at AS made_at, used_at FROM recovery_codes WHERE {_MINE} ORDER BY created_at",
        "known_devices": f"SELECT last_seen_at FROM known_devices WHERE {_MINE} ORDER BY last_seen_at",
        "changes_of_address": f"""
SELECT new_email, created_at AS asked_at, expires_at, old_confirmed_at, new_confirmed_at
  FROM address_changes WHERE {_MINE} ORDER BY id
""",
        "password_resets": f"""
SELECT created_at AS asked_at, expires_at, used_at FROM password_resets WHERE {_MINE} ORDER BY id
""",
    },
    "memberships": {
        "organisation": f"SELECT role, joined_at, removed_at AS left_at FROM partner_members WHERE {_MINE}",
        "workspaces": f"""
SELECT w.name AS workspace, m.role, m.joined_at, m.removed_at AS left_at
  FROM workspace_members m {_IN_WORKSPACE} m.workspace_id
 WHERE m.partner_id = $partner AND m.user_id = $1 ORDER BY m.joined_at, m.id
""",
    },
    "invitations": {
        "received_to_organisation": """
SELECT i.role, i.message, i.status, i.created_at AS sent_at, i.expires_at, i.accepted_at
  FROM partner_invitations i JOIN users u ON u.partner_id = $partner AND u.id = $1 AND u.email = i.email
 WHERE i.partner_id = $partner ORDER BY i.id
""",
        "received_to_workspaces": f"""
SELECT w.name AS workspace, i.role, i.message, i.status, i.created_at AS sent_at, i.expires_at, i.accepted_at
  FROM workspace_invitations i JOIN users u ON u.partner_id = $partner AND u.id = $1 AND u.email = i.email
  {_IN_WORKSPACE} i.workspace_id
 WHERE i.partner_id = $partner ORDER BY i.id
""",
        "sent_to_organisation": """
SELECT role, message, status, created_at AS sent_at, expires_at, accepted_at
  FROM partner_invitations WHERE partner_id = $partner AND invited_by = $1 ORDER BY id
""",
        "sent_to_workspaces": f"""
SELECT w.name AS workspace, i.role, i.message, i.status, i.created_at AS sent_at, i.expires_at, i.accepted_at
  FROM workspace_invitations i {_IN_WORKSPACE} i.workspace_id
 WHERE i.partner_id = $partner AND i.invited_by = $1 ORDER BY i.id
""",
    },
    "api_keys": {
        "api_keys": """
SELECT k.name, k.scopes, w.name AS workspace, k.created_at, k.expires_at, k.last_used_at, k.revoked_at
  FROM api_keys k LEFT JOIN workspaces w ON w.partner_id = $partner AND w.id = k.workspace_id
 WHERE k.partner_id = $partner AND k.user_id = $1 ORDER BY k.id
""",
    },
    "mails": {
        "mails": """
SELECT m.template AS kind, m.status, m.created_at AS written_at, m.sent_at
  FROM mail_messages m JOIN users u ON u.partner_id = $partner AND u.id = $1 AND u.email = m.recipient
 WHERE m.partner_id = $partner ORDER BY m.id
""",
    },
    "work": {
        "workspaces_created": """
SELECT name AS workspace, created_at FROM workspaces WHERE partner_id = $partner AND created_by = $1 ORDER BY id
""",
        "agents_created": f"""
SELECT a.name AS agent, w.name AS workspace, a.created_at
  FROM ai_agents a {_IN_WORKSPACE} a.workspace_id WHERE a.partner_id = $partner AND a.created_by = $1 ORDER BY a.id
""",
        "agent_versions_saved": f"""
SELECT a.name AS agent, w.name AS workspace, v.version, v.note, v.created_at
  FROM agent_versions v JOIN ai_agents a ON a.partner_id = $partner AND a.id = v.agent_id
  {_IN_WORKSPACE} v.workspace_id
 WHERE v.partner_id = $partner AND v.author_kind = 'user' AND v.author_id = $1 ORDER BY v.created_at, v.version
""",
        "calls_started": f"""
SELECT c.id AS conversation, w.name AS workspace, c.created_at
  FROM conversations c {_IN_WORKSPACE} c.workspace_id
 WHERE c.partner_id = $partner AND c.started_by = $1 ORDER BY c.id
""",
        "calls_followed_up": f"""
SELECT c.id AS conversation, w.name AS workspace, c.followed_up_at
  FROM conversations c {_IN_WORKSPACE} c.workspace_id
 WHERE c.partner_id = $partner AND c.followed_up_by = $1 ORDER BY c.id
""",
    },
}
# What they did, and what was done to their account. Values only where they are about the person alone.
_ACTIVITY = """
SELECT a.id, a.created_at AS at, a.action, a.entity_type, a.entity_id, w.name AS workspace,
       a.actor_kind = 'user' AND a.actor_id = $1 AS by_yourself,
       CASE WHEN a.actor_id = $1 THEN a.acting_as END AS acting_as,
       CASE WHEN a.entity_type IN ('passkey', 'api_key') OR a.entity_id = ($1::uuid)::text THEN a.old_values END AS before,
       CASE WHEN a.entity_type IN ('passkey', 'api_key') OR a.entity_id = ($1::uuid)::text THEN a.new_values END AS after,
       CASE WHEN a.actor_id = $1 THEN a.ip END AS ip, CASE WHEN a.actor_id = $1 THEN a.user_agent END AS user_agent
  FROM audit_log a LEFT JOIN workspaces w ON w.partner_id = $partner AND w.id = a.workspace_id
 WHERE a.partner_id = $partner AND a.id > $2
   AND (a.actor_kind = 'user' AND a.actor_id = $1 OR a.entity_type = 'user' AND a.entity_id = ($1::uuid)::text)
 ORDER BY a.id LIMIT $3
"""
_BATCH = 5000

Rows = list[dict[str, Any]]


async def find_profile(ctx: Context, user_id: UUID) -> dict[str, Any]:
    """Return the account itself."""
    return dict((await ctx.records(_PROFILE, user_id))[0])


async def list_sessions(ctx: Context, user_id: UUID) -> Rows:
    """Return where the person was signed in, the first first."""
    return _rows(await ctx.records(_SESSIONS, user_id))


async def list_activity(ctx: Context, user_id: UUID) -> Rows:
    """Return what the event log says of the person, in batches: it may be long."""
    found: Rows = []
    after = UUID(int=0)
    while True:
        batch = _rows(await ctx.records(_ACTIVITY, user_id, after, _BATCH))
        found += batch
        if len(batch) < _BATCH:
            return found
        after = batch[-1]["id"]


async def list_rest(ctx: Context, user_id: UUID) -> dict[str, dict[str, Rows]]:
    """Return everything else: lists by file and by name."""
    return {
        file: {name: _rows(await ctx.records(sql, user_id)) for name, sql in lists.items()}
        for file, lists in _LISTS.items()
    }


def _rows(records: list[Any]) -> Rows:
    return [dict(record) for record in records]
