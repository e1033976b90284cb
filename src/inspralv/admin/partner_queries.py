"""The console's statements on partners."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from inspralv.admin.access import StaffContext
from inspralv.admin.partner_schemas import Overview, Partner, StoredPartner, WorkspaceRow
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _

_WINDOW = timedelta(days=29)  # with today, 30 days
_MANY = 50

_OVERVIEW = """/* across partners */
SELECT (SELECT count(*) FROM partners WHERE deleted_at IS NULL) AS partners,
       (SELECT count(*) FROM workspaces WHERE deleted_at IS NULL) AS workspaces,
       (SELECT count(*) FROM ai_agents WHERE deleted_at IS NULL) AS agents,
       (SELECT coalesce(sum(calls), 0)::bigint FROM usage_daily WHERE day >= $1) AS conversations,
       (SELECT count(*) FROM partner_requests WHERE status = 'pending') AS pending,
       (SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'failed') AS failed_jobs,
       (SELECT count(*) FROM provider_inbox WHERE status = 'failed') AS failed_deliveries,
       (SELECT count(*) FROM mail_messages WHERE status = 'failed') AS failed_mails,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.created_at DESC, q.id DESC), '[]') FROM (
          SELECT p.id, p.name, p.slug, p.branding, p.plan_tier, p.onboarding_status, p.created_at, p.deleted_at,
                 p.is_platform AS is_platform_partner,
                 (SELECT coalesce(jsonb_agg(jsonb_build_object('hostname', d.hostname, 'is_primary', d.is_primary,
                         'verified_at', d.verified_at) ORDER BY d.is_primary DESC, d.created_at), '[]')
                    FROM partner_domains d WHERE d.partner_id = p.id) AS domains,
                 (SELECT count(*) FROM workspaces w WHERE w.partner_id = p.id AND w.deleted_at IS NULL) AS workspace_count,
                 (SELECT count(*) FROM ai_agents a WHERE a.partner_id = p.id AND a.deleted_at IS NULL) AS agent_count
            FROM partners p WHERE p.deleted_at IS NULL ORDER BY p.created_at DESC, p.id DESC LIMIT 5) q) AS recent_partners,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.requested_at DESC), '[]') FROM (
          SELECT id, company_name, contact_email, selected_plan, status, requested_at FROM partner_requests
           ORDER BY status = 'pending' DESC, requested_at DESC LIMIT 4) q) AS recent_requests
"""
_WORKSPACES = """
       SELECT w.id, w.slug, w.name, w.status, w.created_at,
              (SELECT count(*) FROM workspace_members m WHERE m.partner_id = w.partner_id AND m.workspace_id = w.id
                  AND m.removed_at IS NULL) AS member_count,
              (SELECT count(*) FROM ai_agents a WHERE a.partner_id = w.partner_id AND a.workspace_id = w.id
                  AND a.deleted_at IS NULL) AS agent_count,
              (SELECT coalesce(sum(u.calls), 0)::bigint FROM usage_daily u WHERE u.partner_id = w.partner_id
                  AND u.workspace_id = w.id AND u.day >= $2) AS calls
         FROM workspaces w WHERE w.partner_id = $1 AND w.deleted_at IS NULL
        ORDER BY w.created_at DESC, w.id DESC LIMIT $3 OFFSET $4
"""
_USAGE = """
       SELECT m.month, coalesce(sum(u.calls), 0)::bigint AS calls, coalesce(sum(u.seconds), 0)::bigint / 60 AS minutes,
              coalesce(sum(u.cost_micros), 0)::bigint AS cost_micros
         FROM (VALUES ($5::date, $6::date), ($7::date, $5::date)) AS m (month, until)
         LEFT JOIN usage_daily u ON u.partner_id = $1 AND u.day >= m.month AND u.day < m.until
        GROUP BY m.month
"""
_DETAIL = f"""/* across partners */
SELECT to_jsonb(found) AS partner FROM (
SELECT p.id, p.name, p.slug, p.branding, p.plan_tier, p.features, p.resource_limits, p.onboarding_status,
       p.is_platform AS is_platform_partner, p.created_at, p.updated_at, p.deleted_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'hostname', d.hostname, 'is_primary', d.is_primary,
               'verified_at', d.verified_at, 'state', d.state) ORDER BY d.is_primary DESC, d.created_at), '[]')
          FROM partner_domains d WHERE d.partner_id = p.id) AS domains,
       (SELECT coalesce(jsonb_agg(u.email ORDER BY m.joined_at), '[]')
          FROM partner_members m JOIN users u ON u.partner_id = m.partner_id AND u.id = m.user_id
         WHERE m.partner_id = p.id AND m.role = 'owner' AND m.removed_at IS NULL) AS owners,
       (SELECT count(*) FROM workspaces w WHERE w.partner_id = p.id AND w.deleted_at IS NULL) AS workspace_count,
       (SELECT count(*) FROM ai_agents a WHERE a.partner_id = p.id AND a.deleted_at IS NULL) AS agent_count,
       (SELECT count(*) FROM users u WHERE u.partner_id = p.id AND u.deleted_at IS NULL) AS user_count,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.created_at DESC, q.id DESC), '[]') FROM ({_WORKSPACES}) q) AS workspaces,
       (SELECT jsonb_agg(to_jsonb(q) ORDER BY q.month DESC) FROM ({_USAGE}) q) AS usage
  FROM partners p WHERE p.id = $1) found
"""  # noqa: S608 - constant parts
_PAGE = f"""/* across partners */
SELECT (SELECT count(*) FROM workspaces w WHERE w.partner_id = p.id AND w.deleted_at IS NULL) AS total,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.created_at DESC, q.id DESC), '[]') FROM ({_WORKSPACES}) q) AS rows
  FROM partners p WHERE p.id = $1
"""  # noqa: S608 - constant parts
_STORED = """
SELECT id, name, slug, branding, plan_tier, features, resource_limits, onboarding_status, is_platform, deleted_at
  FROM partners WHERE id = $1 FOR UPDATE
"""
_SAVE = """
UPDATE partners
   SET name = $2, plan_tier = $3, features = $4, resource_limits = $5, branding = $6, updated_at = $now,
       branding_version = branding_version + 1
 WHERE id = $1
"""
_SET_STATUS = "UPDATE partners SET onboarding_status = $2, updated_at = $now WHERE id = $1"
_SET_DELETED = "UPDATE partners SET deleted_at = $2, updated_at = $now WHERE id = $1"


async def read_overview(ctx: StaffContext) -> Overview:
    """Return the platform at a glance, in one statement."""
    rows = await ctx.directory(_OVERVIEW, (ctx.now - _WINDOW).date())
    return msgspec.convert(dict(rows[0]), Overview)


async def read_partner(ctx: StaffContext, partner_id: UUID) -> Partner:
    """Return a partner with what belongs to it, deleted ones included, in one statement. Raises NotFound."""
    this = ctx.now.date().replace(day=1)
    following, before = _next_month(this), (this - timedelta(days=1)).replace(day=1)
    since = (ctx.now - _WINDOW).date()
    rows = await ctx.directory(_DETAIL, partner_id, since, _MANY, 0, this, following, before)
    if not rows:
        raise NotFound(_("There is no such partner."))
    return msgspec.convert(rows[0]["partner"], Partner)


async def list_workspaces(
    ctx: StaffContext, partner_id: UUID, page: int, page_size: int
) -> tuple[list[WorkspaceRow], int]:
    """Return one page of a partner's workspaces, newest first, and how many there are. Raises NotFound."""
    since = (ctx.now - _WINDOW).date()
    rows = await ctx.directory(_PAGE, partner_id, since, page_size, (page - 1) * page_size)
    if not rows:
        raise NotFound(_("There is no such partner."))
    return msgspec.convert(rows[0]["rows"], list[WorkspaceRow]), int(rows[0]["total"])


async def take_partner(ctx: StaffContext, partner_id: UUID) -> StoredPartner:
    """Return a partner, held until the unit of work ends. Raises NotFound."""
    rows = await ctx.directory(_STORED, partner_id)
    if not rows:
        raise NotFound(_("There is no such partner."))
    return to_struct(StoredPartner, rows[0])


async def save_partner(ctx: StaffContext, partner_id: UUID, values: dict[str, Any]) -> None:
    """Store name, plan, features, limits and brand."""
    await ctx.directory(
        _SAVE, partner_id, values["name"], values["plan_tier"], values["features"], values["resource_limits"],
        values["branding"],
    )  # fmt: skip


async def set_status(ctx: StaffContext, partner_id: UUID, status: str) -> None:
    """Store active or suspended."""
    await ctx.directory(_SET_STATUS, partner_id, status)


async def set_deleted(ctx: StaffContext, partner_id: UUID, at: datetime | None) -> None:
    """Store when it was deleted; None is not at all."""
    await ctx.directory(_SET_DELETED, partner_id, at)


def _next_month(day: date) -> date:
    return (day + timedelta(days=32)).replace(day=1)
