"""The console's statements on domains."""

from __future__ import annotations

from uuid import UUID

from inspralv.admin.access import StaffContext
from inspralv.domains.queries import COLUMNS
from inspralv.domains.schemas import Domain
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _

_FIND = f"SELECT {COLUMNS} FROM partner_domains WHERE partner_id = $1 AND hostname = $2"  # noqa: S608 - constant columns
_NAME = "SELECT hostname FROM partner_domains WHERE partner_id = $1 AND id = $2"


async def find_domain(ctx: StaffContext, partner_id: UUID, hostname: str) -> Domain:
    """Return a domain of a partner. Raises NotFound."""
    rows = await ctx.directory(_FIND, partner_id, hostname.lower())
    if not rows:
        raise NotFound(_("There is no such domain."))
    return to_struct(Domain, rows[0])


async def find_hostname(ctx: StaffContext, partner_id: UUID, domain_id: UUID) -> str:
    """Return the name of a domain of a partner. Raises NotFound."""
    rows = await ctx.directory(_NAME, partner_id, domain_id)
    if not rows:
        raise NotFound(_("There is no such domain."))
    return str(rows[0]["hostname"])
