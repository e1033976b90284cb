"""The statements of applications. They belong to the platform, not to a partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.onboarding.schemas import PartnerRequest, RequestSearch

_COLUMNS = ", ".join(PartnerRequest.__struct_fields__).replace("has_logo", "logo IS NOT NULL AS has_logo")
_FREE = "SELECT subdomain_free, domain_free FROM app.are_names_free($1, $2, $3)"
_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('names of partners', 0))"
_STAFF = "SELECT * FROM app.list_staff_addresses()"
_ADD = """
INSERT INTO partner_requests (id, company_name, contact_name, contact_email, phone, business_description, expected_users,
                              use_case, custom_domain, desired_subdomain, branding, selected_plan, metadata, logo,
                              requested_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $now, $now)
"""
_FIND = f"SELECT {_COLUMNS} FROM partner_requests WHERE id = $1"
_LIST = f"""
WITH matching AS (
  SELECT {_COLUMNS} FROM partner_requests
   WHERE ($1 = 'all' OR status = $1)
     AND ($2 = '' OR position($2 IN lower(company_name)) > 0 OR position($2 IN lower(contact_email)) > 0
          OR position($2 IN lower(contact_name)) > 0)
)
SELECT (SELECT count(*) FROM matching) AS total,
       (SELECT coalesce(jsonb_agg(to_jsonb(q) ORDER BY q.requested_at DESC, q.id DESC), '[]')
          FROM (SELECT * FROM matching ORDER BY requested_at DESC, id DESC LIMIT $3 OFFSET $4) q) AS rows,
       (SELECT count(*) FROM partner_requests WHERE status = 'pending') AS waiting
"""
_CHANGE = f"""
UPDATE partner_requests
   SET company_name = $2, contact_name = $3, contact_email = $4, phone = $5, business_description = $6, expected_users = $7,
       use_case = $8, custom_domain = $9, desired_subdomain = $10, branding = $11, selected_plan = $12, updated_at = $now
 WHERE id = $1
RETURNING {_COLUMNS}
"""
_REVIEW = """
UPDATE partner_requests
   SET status = $2, rejection_reason = $3, reviewed_by = $4, reviewed_at = $now, partner_id = $5, updated_at = $now,
       logo = CASE WHEN $2 = 'rejected' THEN NULL ELSE logo END
 WHERE id = $1
"""
_LOGO = "SELECT logo FROM partner_requests WHERE id = $1"
_APPLIED_LOGO = "SELECT app.applied_logo($partner)"
_FORGET_APPLIED_LOGO = "SELECT app.forget_applied_logo($partner)"
_DELETE = "DELETE FROM partner_requests WHERE id = $1"


class RequestList(msgspec.Struct, frozen=True):
    """One page of applications, how many match, and how many wait for a decision."""

    rows: list[PartnerRequest]
    total: int
    waiting: int


async def are_names_free(ctx: Context, subdomain: str, host: str, domain: str | None) -> tuple[bool, bool]:
    """Return whether the subdomain and the domain can be had; taken are those of partners and of waiting requests."""
    row = (await ctx.directory(_FREE, subdomain, host, domain))[0]
    return row["subdomain_free"], row["domain_free"]


async def take_turn(ctx: Context) -> None:
    """Wait until nobody else decides on names: of two who want the same one, the second sees that it is taken."""
    await ctx.directory(_TAKE_TURN)


async def list_staff_addresses(ctx: Context) -> list[str]:
    """Return where notices to the operator go."""
    return [row[0] for row in await ctx.directory(_STAFF)]


async def add_request(ctx: Context, request_id: UUID, values: list[Any]) -> None:
    """Keep an application. Look before whether its names are free."""
    await ctx.directory(_ADD, request_id, *values)


async def find_request(ctx: Context, request_id: UUID, *, lock: bool = False) -> PartnerRequest:
    """Return an application; with `lock`, held until the unit of work ends. Raises NotFound."""
    rows = await ctx.directory(f"{_FIND} FOR UPDATE" if lock else _FIND, request_id)
    if not rows:
        raise NotFound(_("There is no such request."))
    return to_struct(PartnerRequest, rows[0])


async def list_requests(ctx: Context, search: RequestSearch) -> RequestList:
    """Return one page of applications, the newest first."""
    offset = (search.page - 1) * search.page_size
    rows = await ctx.directory(_LIST, search.status, search.text.strip().lower(), search.page_size, offset)
    found: Any = rows[0]
    return RequestList(msgspec.convert(found["rows"], list[PartnerRequest]), found["total"], found["waiting"])


async def change_request(ctx: Context, request: PartnerRequest) -> PartnerRequest:
    """Write what staff corrected."""
    rows = await ctx.directory(
        _CHANGE, request.id, request.company_name, request.contact_name, request.contact_email, request.phone,
        request.business_description, request.expected_users, request.use_case, request.custom_domain,
        request.desired_subdomain, request.branding, request.selected_plan,
    )  # fmt: skip
    return to_struct(PartnerRequest, rows[0])


async def review(
    ctx: Context,
    request_id: UUID,
    status: str,
    by: UUID | None,
    *,
    reason: str | None = None,
    partner: UUID | None = None,
) -> None:
    """Write the decision. What is refused keeps no logo."""
    await ctx.directory(_REVIEW, request_id, status, reason, by, partner)


async def delete_request(ctx: Context, request_id: UUID) -> None:
    """Forget an application."""
    await ctx.directory(_DELETE, request_id)


async def find_logo(ctx: Context, request_id: UUID) -> bytes:
    """Return the logo of an application. Raises NotFound when it has none."""
    rows = await ctx.directory(_LOGO, request_id)
    if not rows or rows[0][0] is None:
        raise NotFound(_("This request has no logo."))
    logo: bytes = rows[0][0]
    return logo


async def find_applied_logo(ctx: Context) -> bytes | None:
    """Return the logo with which the context's partner has applied, until it is forgotten."""
    logo: bytes | None = (await ctx.directory(_APPLIED_LOGO))[0][0]
    return logo


async def forget_applied_logo(ctx: Context) -> None:
    """Forget the logo with which the context's partner has applied."""
    await ctx.directory(_FORGET_APPLIED_LOGO)
