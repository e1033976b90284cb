"""The console's statements. Those marked "across partners" are the only ones in the house that name no partner; they
run as app_staff, read only, and count calls from the daily rollups."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from inspralv.admin.access import PlatformContext, StaffContext
from inspralv.admin.schemas import Figures, NewStaff, PartnerList, PartnerRow, PartnerSearch, StaffAccount
from inspralv.foundation.db.rows import to_struct

_WINDOW = timedelta(days=29)  # with today, 30 days

_FIND_ACCOUNT = "SELECT id, email, first_name, last_name, password_hash, status FROM super_admin WHERE email = $1"
_ADD_STAFF = """
INSERT INTO super_admin (id, email, password_hash, first_name, last_name, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $now, $now) ON CONFLICT (email) DO NOTHING RETURNING id
"""
_ADD_SESSION = """
INSERT INTO staff_sessions (token_hash, staff_id, created_at, last_seen_at, expires_at, ip, user_agent)
VALUES ($1, $2, $now, $now, $3, $4, $5)
"""
_END_SESSION = "DELETE FROM staff_sessions WHERE token_hash = $1 RETURNING staff_id"
_SWEEP_SESSIONS = "DELETE FROM staff_sessions WHERE expires_at < $now"
_PARTNERS = """/* across partners */
WITH matching AS (
  SELECT p.* FROM partners p
   WHERE CASE $6 WHEN 'deleted' THEN p.deleted_at IS NOT NULL
                 WHEN 'all' THEN p.deleted_at IS NULL
                 ELSE p.deleted_at IS NULL AND p.onboarding_status = $6 END
     AND ($1 = '' OR position($1 IN lower(p.name)) > 0 OR position($1 IN p.slug) > 0)
     AND ($2 = 'all' OR p.plan_tier = $2)
)
SELECT (SELECT count(*) FROM matching) AS total,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.created_at DESC, q.id DESC), '[]') FROM (
          SELECT p.id, p.name, p.slug, p.branding, p.plan_tier, p.onboarding_status, p.created_at, p.deleted_at,
                 p.is_platform AS is_platform_partner,
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('hostname', d.hostname, 'is_primary', d.is_primary,
                         'verified_at', d.verified_at) ORDER BY d.is_primary DESC, d.created_at), '[]')
                    FROM partner_domains d WHERE d.partner_id = p.id) AS domains,
                 (SELECT count(*) FROM workspaces w
                   WHERE w.partner_id = p.id AND w.deleted_at IS NULL) AS workspace_count,
                 (SELECT count(*) FROM ai_agents a
                   WHERE a.partner_id = p.id AND a.deleted_at IS NULL) AS agent_count
            FROM matching p ORDER BY p.created_at DESC, p.id DESC LIMIT $3 OFFSET $4) q) AS rows,
       (SELECT count(*) FROM partners WHERE deleted_at IS NULL) AS partners,
       (SELECT count(*) FROM workspaces WHERE deleted_at IS NULL) AS workspaces,
       (SELECT count(*) FROM ai_agents WHERE deleted_at IS NULL) AS agents,
       (SELECT coalesce(sum(calls), 0)::bigint FROM usage_daily WHERE day >= $5) AS conversations
"""


async def find_account(ctx: PlatformContext, email: str) -> StaffAccount | None:
    """Return the staff account of an address (lower case), or None."""
    rows = await ctx.directory(_FIND_ACCOUNT, email)
    return to_struct(StaffAccount, rows[0]) if rows else None


async def add_staff(ctx: PlatformContext, staff_id: UUID, new: NewStaff) -> bool:
    """Add a staff account; False when the address is taken."""
    rows = await ctx.directory(_ADD_STAFF, staff_id, new.email, new.password_hash, new.first_name, new.last_name)
    return bool(rows)


async def add_session(ctx: PlatformContext, token_hash: bytes, staff_id: UUID, life: timedelta) -> None:
    """Open a session that ends after `life` at the latest."""
    await ctx.directory(_ADD_SESSION, token_hash, staff_id, ctx.now + life, ctx.origin.ip, ctx.origin.user_agent)


async def end_session(ctx: PlatformContext, token_hash: bytes) -> UUID | None:
    """End a session and return whose it was, or None; sweep those that ended by themselves."""
    rows = await ctx.directory(_END_SESSION, token_hash)
    await ctx.directory(_SWEEP_SESSIONS)
    return rows[0]["staff_id"] if rows else None


async def list_partners(ctx: StaffContext, search: PartnerSearch) -> PartnerList:
    """Return one page of partners and the totals of the platform, in one statement."""
    text, offset = search.text.strip().lower(), (search.page - 1) * search.page_size
    since = (ctx.now - _WINDOW).date()
    rows = await ctx.directory(_PARTNERS, text, search.plan_tier, search.page_size, offset, since, search.status)
    found: Any = rows[0]
    figures = Figures(found["partners"], found["workspaces"], found["agents"], found["conversations"])
    return PartnerList(msgspec.convert(found["rows"], list[PartnerRow]), found["total"], figures)
