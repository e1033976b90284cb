"""The invented partners, people and workspaces of the demo, laid down by the owner role: nobody exists yet who could."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from inspralv.foundation.ids import uuid7
from inspralv.tenancy.founding import found_platform

_PARTNERS = (
    ("acme", "Acme Voice", "acme.localhost", "#0f766e"),
    ("rival", "Rival Calls", "rival.localhost", "#b4236a"),
)
_PLATFORM = ("localhost", "#4f46e5")
_WORKSPACES = (
    ("acme", "lakeside-dental", "Lakeside Dental", "America/New_York", "Family dentistry by the lake"),
    ("acme", "corner-bakery", "Corner Bakery", "Europe/Berlin", "Bread, cakes and catering"),
    ("rival", "north-studio", "North Studio", "UTC", "Fitness and yoga"),
)
# e-mail, first and last name, partner role, and the role in each workspace.
_PEOPLE: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("olga@acme.test", "Olga", "Novak", "owner", {}),
    ("adam@acme.test", "Adam", "Stone", "admin", {}),
    ("mia@acme.test", "Mia", "Lang", "member", {"lakeside-dental": "member", "corner-bakery": "admin"}),
    ("vera@acme.test", "Vera", "Brook", "member", {"lakeside-dental": "viewer"}),
    ("stan@rival.test", "Stan", "Weber", "owner", {"north-studio": "owner"}),
)
_STAFF = ("root@inspralv.test", "Root", "Operator")
_LIMITS = {"max_agents": 10, "max_users": 20, "max_minutes_per_month": 5000}


def is_laid_down(owner: psycopg.Connection) -> bool:
    """Whether the people are there already."""
    return owner.execute("SELECT true FROM app.partners WHERE slug = 'acme'").fetchone() is not None


def is_complete(owner: psycopg.Connection) -> bool:
    """Whether the last workspace has its agents, which come last."""
    last = _WORKSPACES[-1][1]
    found = owner.execute(
        "SELECT true FROM app.ai_agents a JOIN app.workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id"
        " WHERE w.slug = %s LIMIT 1",
        [last],
    )
    return found.fetchone() is not None


def lay_down(owner: psycopg.Connection, password_hash: str) -> None:
    """Add partners, domains, workspaces, people and staff, in the connection's transaction."""
    now = datetime.now(UTC)
    _brand_platform(owner, *_PLATFORM)
    partners = {one[0]: _add_partner(owner, now, *one) for one in _PARTNERS}
    workspaces = {one[1]: _add_workspace(owner, now, partners[one[0]], *one[1:]) for one in _WORKSPACES}
    for email, first, last, role, roles in _PEOPLE:
        partner = partners[email.partition("@")[2].removesuffix(".test")]
        _add_person(
            owner, now, partner, (email, first, last), password_hash, role, {workspaces[w]: r for w, r in roles.items()}
        )
    email, first, last = _STAFF
    owner.execute(
        "INSERT INTO app.super_admin (id, email, password_hash, first_name, last_name, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (uuid7(now), email, password_hash, first, last, now, now),
    )


def _brand_platform(owner: psycopg.Connection, host: str, color: str) -> None:
    branding = Jsonb({"company_name": "Inspralv", "primary_color": color, "support_email": "help@platform.test"})
    owner.execute("UPDATE app.partners SET branding = %s WHERE id = %s", (branding, found_platform(owner, host)))


def _add_partner(owner: psycopg.Connection, now: datetime, slug: str, name: str, host: str, color: str) -> UUID:
    partner_id = uuid7(now)
    branding = Jsonb({"company_name": name, "primary_color": color, "support_email": f"help@{slug}.test"})
    owner.execute(
        "INSERT INTO app.partners (id, slug, name, branding, plan_tier, resource_limits, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, 'enterprise', %s, %s, %s)",
        (partner_id, slug, name, branding, Jsonb({"max_workspaces": -1}), now, now),
    )
    owner.execute(
        "INSERT INTO app.partner_domains (hostname, partner_id, is_primary, verification_token, verified_at, created_at)"
        " VALUES (%s, %s, true, 'demo', %s, %s)",
        (host, partner_id, now, now),
    )
    return partner_id


def _add_workspace(
    owner: psycopg.Connection, now: datetime, partner_id: UUID, slug: str, name: str, timezone: str, description: str
) -> UUID:
    workspace_id = uuid7(now)
    owner.execute(
        "INSERT INTO app.workspaces (partner_id, id, slug, name, description, timezone, resource_limits, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (partner_id, workspace_id, slug, name, description, timezone, Jsonb(_LIMITS), now, now),
    )
    return workspace_id


def _add_person(
    owner: psycopg.Connection,
    now: datetime,
    partner_id: UUID,
    who: tuple[str, str, str],
    password_hash: str,
    role: str,
    roles: dict[UUID, str],
) -> None:
    user_id = uuid7(now)
    owner.execute(
        "INSERT INTO app.users (partner_id, id, email, password_hash, first_name, last_name, email_verified_at, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (partner_id, user_id, who[0], password_hash, who[1], who[2], now, now, now),
    )
    owner.execute(
        "INSERT INTO app.partner_members (partner_id, user_id, id, role, joined_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s)",
        (partner_id, user_id, uuid7(now), role, now, now),
    )
    for workspace_id, workspace_role in roles.items():
        owner.execute(
            "INSERT INTO app.workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (partner_id, workspace_id, user_id, uuid7(now), workspace_role, now, now),
        )
