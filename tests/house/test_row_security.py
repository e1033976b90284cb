"""Every tenant table, with rows of two partners and two workspaces, under every scope: the second fence with the first
one down. The statements here name no tenant at all; only row security decides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.house.tables import TENANT, WORKSPACE_LEVEL
from tests.world import ACME, BAKERY, CLINIC, OLGA, RIVAL, RIVAL_SHOP, STAN

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7

NOW = datetime.now(UTC)
PLACES = ((ACME, CLINIC), (ACME, BAKERY), (RIVAL, RIVAL_SHOP))
# Tables whose rows only a partner-wide scope sees.
WIDE_ONLY = {
    "partner_invitations",
    "integrations",
    "integration_former_keys",
    "audit_chain",
    "audit_heads",
    "call_polls",
    "sip_trunks",
    "brand_pictures",
    "mail_settings",
}
ONE_A_PARTNER = {"audit_heads", "mail_settings"}
# Tables of the partner whose rows are lent to a workspace, which sees its own only.
LENT = {"phone_numbers": "assigned_workspace_id"}


def _row(table: str, partner: UUID, workspace: UUID, n: int) -> dict[str, Any]:
    """One complete row of a table for a place; `n` tells rows of one partner apart."""
    user = OLGA.id if partner == ACME else STAN.id
    mark = uuid7(NOW)
    token = f"{table}{workspace}".encode()
    base: dict[str, Any] = {"partner_id": partner}
    if table in WORKSPACE_LEVEL:
        base["workspace_id"] = workspace
    rows: dict[str, dict[str, Any]] = {
        "users": {"id": mark, "email": f"x{n}@fence.test", "password_hash": "x", "created_at": NOW, "updated_at": NOW},
        "sessions": {
            "id": mark,
            "user_id": user,
            "token_hash": token,
            "created_at": NOW,
            "last_seen_at": NOW,
            "expires_at": NOW,
        },
        "sign_ups": {
            "id": mark,
            "email": f"s{n}@fence.test",
            "password_hash": "x",
            "first_name": "",
            "last_name": "",
            "selected_plan": "",
            "signup_source": "",
            "is_invitation": False,
            "redirect": "",
            "browser_hash": b"b",
            "token_hash": token,
            "created_at": NOW,
            "expires_at": NOW,
        },
        "password_resets": {
            "id": mark,
            "email": f"r{n}@fence.test",
            "user_id": user,
            "token_hash": token,
            "created_at": NOW,
            "expires_at": NOW,
        },
        "partner_members": {
            "user_id": _extra_user(partner, n),
            "id": mark,
            "role": "member",
            "joined_at": NOW,
            "updated_at": NOW,
        },
        "partner_invitations": {
            "id": mark,
            "email": f"i{n}@fence.test",
            "token_hash": token,
            "invited_by": user,
            "created_at": NOW,
            "updated_at": NOW,
            "expires_at": NOW,
        },
        "workspaces": {"id": mark, "slug": f"fence-{n}", "name": "Fence", "created_at": NOW, "updated_at": NOW},
        "integrations": {
            "id": INTEGRATION[workspace],
            "provider": "vapi",
            "name": "k",
            "secret_key": b"s",
            "secret_hint": "abcd",
            "created_at": NOW,
            "updated_at": NOW,
        },
        "audit_log": {
            "id": mark,
            "workspace_id": workspace,
            "actor_kind": "system",
            "action": "a.b",
            "entity_type": "x",
            "entity_id": "1",
            "created_at": NOW,
        },
        "audit_chain": {"seq": n, "entry_id": mark, "prev_hash": b"", "hash": b"h", "sealed_at": NOW},
        "audit_heads": {"seq": 1, "hash": b"h", "updated_at": NOW},
        "mail_messages": {
            "id": mark,
            "template": "t",
            "recipient": "a@b.c",
            "sender": "a@b.c",
            "subject": "s",
            "html": "h",
            "plain": "p",
            "created_at": NOW,
        },
        "workspace_members": {
            "user_id": _extra_user(partner, n),
            "id": mark,
            "role": "viewer",
            "joined_at": NOW,
            "updated_at": NOW,
        },
        "workspace_invitations": {
            "id": mark,
            "email": "w@fence.test",
            "token_hash": token,
            "invited_by": user,
            "created_at": NOW,
            "updated_at": NOW,
            "expires_at": NOW,
        },
        "integration_former_keys": {
            "id": mark,
            "integration_id": INTEGRATION[workspace],
            "secret_key": b"s",
            "hint": "abcd",
            "valid_until": NOW,
            "created_at": NOW,
        },
        "integration_assignments": {
            "provider": "vapi",
            "integration_id": INTEGRATION[workspace],
            "endpoint_id": mark,
            "hook_token": b"t",
            "hook_secret": b"s",
            "created_at": NOW,
            "updated_at": NOW,
        },
        "ai_agents": {
            "id": AGENT[workspace] if n < len(PLACES) else mark,
            "name": "A",
            "provider": "vapi",
            "voice_provider": "x",
            "model_provider": "x",
            "transcriber_provider": "x",
            "created_at": NOW,
            "updated_at": NOW,
        },
        "agent_versions": {
            "agent_id": AGENT[workspace],
            "version": 1,
            "content": "{}",
            "author_kind": "system",
            "created_at": NOW,
        },
        "agent_publications": {"agent_id": AGENT[workspace], "version": 1, "published_at": NOW},
        "agent_remotes": {"agent_id": AGENT[workspace]},
        "provider_inbox": {
            "provider": "vapi",
            "endpoint_id": mark,
            "event_key": "k",
            "id": mark,
            "body": b"{}",
            "received_at": NOW,
        },
        "conversations": {
            "id": mark,
            "provider": "vapi",
            "direction": "web",
            "status": "queued",
            "created_at": NOW,
            "updated_at": NOW,
        },
        "conversation_keys": {"provider": "vapi", "provider_call_id": f"call-{n}", "conversation_id": mark},
        "conversation_transcripts": {"conversation_id": mark, "lines": "[]", "updated_at": NOW},
        "conversation_events": {
            "id": mark,
            "conversation_id": mark,
            "kind": "status",
            "data": "{}",
            "occurred_at": NOW,
        },
        "activities": {
            "id": mark,
            "kind": "tool",
            "status": "done",
            "name": "t",
            "provider": "vapi",
            "created_at": NOW,
            "updated_at": NOW,
        },
        "sip_trunks": {
            "id": mark,
            "name": "t",
            "sip_server": "sip.fence.test",
            "sip_username": "u",
            "sip_password": b"s",
            "created_at": NOW,
            "updated_at": NOW,
        },
        "phone_numbers": {
            "id": mark,
            "phone_number": f"+1415555010{n}",
            "provider": "vapi",
            "integration_id": INTEGRATION[workspace],
            "state": "active",
            "assigned_workspace_id": workspace,
            "created_at": NOW,
            "updated_at": NOW,
        },
        "signing_secrets": {"id": mark, "secret": b"s", "created_at": NOW},
        "call_polls": {"integration_id": INTEGRATION[workspace], "next_at": NOW, "updated_at": NOW},
        "two_factors": {"user_id": _extra_user(partner, n), "secret": b"s", "created_at": NOW},
        "recovery_codes": {"user_id": user, "code_hash": token, "created_at": NOW},
        "passkeys": {
            "id": mark,
            "user_id": user,
            "name": "k",
            "rp_id": "fence.test",
            "credential_id": token,
            "public_key": b"k",
            "sign_count": 0,
            "backed_up": False,
            "created_at": NOW,
        },
        "passkey_challenges": {"challenge_hash": token, "expires_at": NOW},
        "pending_sign_ins": {"token_hash": token, "user_id": user, "expires_at": NOW},
        "address_changes": {
            "id": mark,
            "user_id": _extra_user(partner, n),
            "new_email": "n@fence.test",
            "created_at": NOW,
            "expires_at": NOW,
        },
        "known_devices": {"user_id": user, "device_hash": token, "last_seen_at": NOW},
        "identity_providers": {
            "id": mark,
            "label": "p",
            "issuer": f"https://{mark}.test",
            "client_id": "c",
            "client_secret": b"s",
            "auto_join": False,
            "enabled": True,
            "created_at": NOW,
            "updated_at": NOW,
        },
        "linked_identities": {
            "id": mark,
            "user_id": user,
            "issuer": "https://fence.test",
            "subject": str(mark),
            "label": "p",
            "email": "p@fence.test",
            "created_at": NOW,
            "last_used_at": NOW,
        },
        "data_exports": {"id": mark, "user_id": _extra_user(partner, n), "status": "waiting", "asked_at": NOW},
        "api_keys": {
            "id": mark,
            "user_id": user,
            "name": "k",
            "hint": "k",
            "token_hash": token,
            "scopes": "[]",
            "created_at": NOW,
        },
        "brand_pictures": {
            "name": f"logo-{n}.png",
            "kind": "logo",
            "width": 1,
            "height": 1,
            "size_bytes": 1,
            "created_at": NOW,
        },
        "mail_settings": {"way": "platform", "updated_at": NOW},
        "usage_daily": {"day": date(2026, 1, 1), "agent_id": mark, "slot": 0},
    }
    return base | rows[table]


AGENT = {workspace: uuid7(NOW) for _, workspace in PLACES}
INTEGRATION = {workspace: uuid7(NOW) for _, workspace in PLACES}
_EXTRA = {(partner, n): uuid7(NOW) for n, (partner, _) in enumerate(PLACES)}


def _extra_user(partner: UUID, n: int) -> UUID:
    return _EXTRA.get((partner, n)) or (OLGA.id if partner == ACME else STAN.id)


async def _insert(connection: asyncpg.Connection, table: str, row: dict[str, Any]) -> None:
    places = ", ".join(f"${i}" for i in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO app.{table} ({', '.join(row)}) VALUES ({places})", *row.values())


@pytest.fixture(scope="module")
async def filled(dsns: Dsns) -> AsyncIterator[dict[str, set[tuple[UUID, UUID | None]]]]:
    """One row a table and place, laid down by the owner; returns the places that hold rows."""
    owner = await asyncpg.connect(dsns.owner)
    for (partner, n), user in _EXTRA.items():
        await owner.execute(
            "INSERT INTO app.users (partner_id, id, email, password_hash, created_at, updated_at) VALUES ($1, $2, $3, 'x', $4, $4)",
            partner,
            user,
            f"extra{n}@fence.test",
            NOW,
        )
    tables = sorted(TENANT, key=lambda name: (name not in {"integrations", "ai_agents"}, name))
    for table in tables:
        for n, (partner, workspace) in enumerate(PLACES):
            if table in ONE_A_PARTNER and workspace == BAKERY:
                continue
            await _insert(owner, table, _row(table, partner, workspace, n))
    yield {}
    await owner.close()


async def _visible(dsns: Dsns, table: str, begin: str) -> set[UUID]:
    """The rows a scope sees, told apart by workspace where there is one, by partner otherwise."""
    user = await asyncpg.connect(dsns.user)
    try:
        await user.execute(begin)
        told_by = (
            {"audit_log": "workspace_id", "workspaces": "id"} | LENT | dict.fromkeys(WORKSPACE_LEVEL, "workspace_id")
        )
        column = told_by.get(table, "partner_id")
        return {row[0] for row in await user.fetch(f"SELECT DISTINCT {column} FROM app.{table}")}
    finally:
        await user.close()


@pytest.mark.parametrize("table", sorted(TENANT))
async def test_visible_rows(dsns: Dsns, filled: object, table: str) -> None:
    nobody = await _visible(dsns, table, "BEGIN")
    bare = await _visible(dsns, table, Scope(ACME).begin())
    narrow = await _visible(dsns, table, Scope(ACME, CLINIC).begin())
    wide = await _visible(dsns, table, Scope(ACME, wide=True).begin())
    rival = await _visible(dsns, table, Scope(RIVAL, wide=True).begin())
    assert nobody == set()
    assert wide, "the table holds no rows: the test would prove nothing"
    assert rival
    assert not wide & rival
    if table in WORKSPACE_LEVEL | LENT.keys() | {"audit_log", "workspaces"}:
        assert (bare, narrow) == (set(), {CLINIC})
        assert {CLINIC, BAKERY} <= wide
    elif table in WIDE_ONLY:
        assert (bare, narrow, wide) == (set(), set(), {ACME})
    else:
        assert bare == narrow == wide == {ACME}


@pytest.mark.parametrize("table", sorted(TENANT))
async def test_foreign_writes(dsns: Dsns, filled: object, table: str) -> None:
    """A foreign insert is refused; updates and deletes that name no tenant touch no foreign row."""
    user = await asyncpg.connect(dsns.user)
    try:
        narrow = dict.fromkeys(WORKSPACE_LEVEL, "workspace_id") | LENT
        foreign = [(RIVAL, RIVAL_SHOP)] + ([(ACME, BAKERY)] if table in narrow else [])
        for partner, workspace in foreign:
            await user.execute(Scope(ACME, CLINIC).begin())
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await _insert(user, table, _row(table, partner, workspace, 7))
            await user.execute("ROLLBACK")
        for verb in ("UPDATE app.{0} SET partner_id = partner_id", "DELETE FROM app.{0}"):
            await user.execute(Scope(ACME, CLINIC).begin())
            column = narrow.get(table, "partner_id")
            try:
                touched = {row[0] for row in await user.fetch(f"{verb.format(table)} RETURNING {column}")}
            except asyncpg.InsufficientPrivilegeError:
                touched = set()  # not even granted
            assert touched <= ({CLINIC} if table in narrow else {ACME})
            await user.execute("ROLLBACK")
    finally:
        await user.close()


async def test_composite_references_refuse_foreign_rows(dsns: Dsns, filled: object) -> None:
    """Foreign key checks look past row security; composite keys still refuse another partner's row."""
    owner = await asyncpg.connect(dsns.owner)
    try:
        agent = _row("ai_agents", ACME, RIVAL_SHOP, 9)
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await _insert(owner, "ai_agents", agent)
    finally:
        await owner.close()
