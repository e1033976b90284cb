"""The cast: who there is in every test. Partner Acme with two workspaces, and a rival partner.

Rows are laid down by the owner role, since the people who would make them do not exist yet; everything a test does
goes through the application.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from argon2 import PasswordHasher

from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import token_hash

PASSWORD = "Try-Inspralv-2026"
_HASH = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)


def _id(n: int) -> UUID:
    """A fixed, readable identifier of early 2026."""
    return UUID(int=(0x019B_7700_0000 + n) << 80 | 0x7 << 76 | 0x2 << 62 | n)


PLATFORM, ACME, RIVAL = _id(1), _id(2), _id(3)
CLINIC, BAKERY, RIVAL_SHOP = _id(11), _id(12), _id(13)


@dataclass(frozen=True)
class Cast:
    """One person: where they sign in, and the token of a session they already have."""

    name: str
    n: int
    partner_id: UUID
    host: str
    partner_role: str | None
    roles: dict[UUID, str] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return _id(100 + self.n)

    @property
    def email(self) -> str:
        return f"{self.name}@{self.host.split('.')[0]}.test"

    @property
    def token(self) -> str:
        return f"session-of-{self.name}"


OLGA = Cast("olga", 1, ACME, "acme.localhost", "owner")
ADAM = Cast("adam", 2, ACME, "acme.localhost", "admin")
MIA = Cast("mia", 3, ACME, "acme.localhost", "member", {CLINIC: "member"})
VERA = Cast("vera", 4, ACME, "acme.localhost", "member", {CLINIC: "viewer"})
WIM = Cast("wim", 5, ACME, "acme.localhost", "member", {CLINIC: "owner", BAKERY: "admin"})
NOA = Cast("noa", 6, ACME, "acme.localhost", "member")
STAN = Cast("stan", 7, RIVAL, "rival.localhost", "owner", {RIVAL_SHOP: "owner"})
EVERYBODY = (OLGA, ADAM, MIA, VERA, WIM, NOA, STAN)

_PARTNERS = (
    (PLATFORM, "platform", "Inspralv", "localhost", True),
    (ACME, "acme", "Acme Voice", "acme.localhost", False),
    (RIVAL, "rival", "Rival Calls", "rival.localhost", False),
)
_WORKSPACES = (
    (ACME, CLINIC, "clinic", "Bright Clinic", "America/New_York"),
    (ACME, BAKERY, "bakery", "Corner Bakery", "Europe/Berlin"),
    (RIVAL, RIVAL_SHOP, "clinic", "Rival Shop", "UTC"),
)


async def settle(owner_dsn: str) -> None:
    """Lay down partners, domains, people, memberships and sessions."""
    connection = await asyncpg.connect(owner_dsn)
    now = datetime.now(UTC)
    try:
        await _partners(connection, now)
        for person in EVERYBODY:
            await settle_person(connection, person, now)
    finally:
        await connection.close()


async def _partners(connection: asyncpg.Connection, now: datetime) -> None:
    for partner_id, slug, name, host, platform in _PARTNERS:
        await connection.execute(
            "INSERT INTO app.partners (id, slug, name, is_platform, plan_tier, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, 'enterprise', $5, $5)",
            partner_id,
            slug,
            name,
            platform,
            now,
        )
        await connection.execute(
            "INSERT INTO app.partner_domains (hostname, partner_id, is_primary, verification_token, verified_at, created_at)"
            " VALUES ($1, $2, true, 'seen', $3, $3)",
            host,
            partner_id,
            now,
        )
    for partner_id, workspace_id, slug, name, timezone in _WORKSPACES:
        await connection.execute(
            "INSERT INTO app.workspaces (partner_id, id, slug, name, timezone, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $6)",
            partner_id,
            workspace_id,
            slug,
            name,
            timezone,
            now,
        )


async def settle_person(connection: asyncpg.Connection, who: Cast, now: datetime) -> None:
    await connection.execute(
        "INSERT INTO app.users (partner_id, id, email, password_hash, first_name, last_name, email_verified_at, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, 'Test', $6, $6, $6)",
        who.partner_id,
        who.id,
        who.email,
        _HASH,
        who.name.title(),
        now,
    )
    if who.partner_role:
        await connection.execute(
            "INSERT INTO app.partner_members (partner_id, user_id, id, role, joined_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)",
            who.partner_id,
            who.id,
            _id(200 + who.n),
            who.partner_role,
            now,
        )
    for i, (workspace_id, role) in enumerate(who.roles.items()):
        await connection.execute(
            "INSERT INTO app.workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $6)",
            who.partner_id,
            workspace_id,
            who.id,
            _id(300 + 10 * who.n + i),
            role,
            now,
        )
    await connection.execute(
        "INSERT INTO app.sessions (partner_id, id, user_id, token_hash, created_at, last_seen_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6)",
        who.partner_id,
        uuid7(now),
        who.id,
        token_hash(who.token),
        now,
        now + timedelta(days=30),
    )
