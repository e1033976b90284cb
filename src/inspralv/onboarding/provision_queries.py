"""The statements that make a partner: run by staff, for a partner that does not exist yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7

_PARTNER = """
INSERT INTO partners (id, slug, name, branding, plan_tier, features, onboarding_status, request_id, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $now, $now)
ON CONFLICT (slug) DO NOTHING RETURNING id
"""
_DROP_OLD_CLAIM = "SELECT drop_claim($1, $2, $now, false, $3)"
_DOMAIN = """
INSERT INTO partner_domains (hostname, partner_id, is_primary, verification_token, verified_at, created_at)
VALUES ($1, $2, $3, $4, $5, $now) ON CONFLICT (hostname) DO NOTHING RETURNING hostname
"""
_OWNER = """
INSERT INTO users (partner_id, id, email, password_hash, first_name, last_name, role, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, 'org_admin', $now, $now)
"""
_MEMBERSHIP = """
INSERT INTO partner_members (partner_id, user_id, id, role, joined_at, updated_at)
VALUES ($1, $2, $3, 'owner', $now, $now)
"""
_WORKSPACE = """
INSERT INTO workspaces (partner_id, id, slug, name, resource_limits, created_by, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $now, $now)
"""
_WORKSPACE_OWNER = """
INSERT INTO workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)
VALUES ($1, $2, $3, $4, 'owner', $now, $now)
"""
_LINK = """
INSERT INTO password_resets (partner_id, id, email, user_id, token_hash, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $now, $6)
"""


class Founding(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a partner to be. `password_hash` is of a password that nobody knows; `link_hash` of the token by which
    the owner sets the first one. Without a workspace's name there is none."""

    partner_id: UUID
    slug: str
    name: str
    branding: dict[str, Any]
    plan_tier: str
    features: dict[str, bool]
    request_id: UUID | None
    owner_id: UUID
    owner_email: str
    first_name: str
    last_name: str
    password_hash: str
    link_hash: bytes
    link_until: datetime
    workspace: tuple[str, str] | None
    workspace_id: UUID
    member_id: UUID
    workspace_member_id: UUID


async def add_partner(ctx: Context, new: Founding) -> bool:
    """Add the partner; False when its slug is taken."""
    return bool(
        await ctx.directory(
            _PARTNER, new.partner_id, new.slug, new.name, new.branding, new.plan_tier, new.features, new.request_id
        )
    )


async def add_domain(
    ctx: Context, hostname: str, partner_id: UUID, token: str, *, primary: bool, verified_at: datetime | None
) -> bool:
    """Add a host name; False when it is taken. A claim that nobody proved within a week does not count."""
    await ctx.directory(_DROP_OLD_CLAIM, hostname, partner_id, uuid7(ctx.now))
    return bool(await ctx.directory(_DOMAIN, hostname, partner_id, primary, token, verified_at))


async def add_people(ctx: Context, new: Founding) -> None:
    """Add the owner with membership and password link, and the first workspace."""
    await ctx.directory(
        _OWNER, new.partner_id, new.owner_id, new.owner_email, new.password_hash, new.first_name, new.last_name
    )
    await ctx.directory(_MEMBERSHIP, new.partner_id, new.owner_id, new.member_id)
    await ctx.directory(
        _LINK, new.partner_id, uuid7(ctx.now), new.owner_email, new.owner_id, new.link_hash, new.link_until
    )
    if new.workspace:
        slug, name = new.workspace
        await ctx.directory(_WORKSPACE, new.partner_id, new.workspace_id, slug, name, {}, new.owner_id)
        await ctx.directory(_WORKSPACE_OWNER, new.partner_id, new.workspace_id, new.owner_id, new.workspace_member_id)
