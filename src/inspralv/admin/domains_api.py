"""The console's API of partners' domains."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, JSONBody, QueryParameter

from inspralv.admin import domain_actions as actions
from inspralv.admin import domain_queries as queries
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.domain_schemas import PartnerDomain
from inspralv.domains.schemas import DomainOut, Done
from inspralv.domains.showing import told
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, post, put
from inspralv.tenancy.permissions import P

_ALL = "/api/super-admin/partners/{partner_id:uuid}/domains"
_ONE = f"{_ALL}/{{hostname:str}}"
_UPDATE = staff(P.PLATFORM_UPDATE)
_TAGS = ["Super admin"]


@post(_ALL, access=_UPDATE, raises=(409,), tags=_TAGS)
async def add_domain_of_partner(
    ctx: StaffContext, partner_id: FromPath[UUID], data: JSONBody[PartnerDomain]
) -> Data[DomainOut]:
    """Add a domain to a partner. It leads there as soon as DNS shows both records."""
    if data.is_primary:
        message = _("It has to be proved first. Add it, have its records set, then make it the primary one.")
        raise Invalid(message, errors=(FieldError("/is_primary", message),))
    return Data(told(ctx, await actions.add_domain(ctx, partner_id, data.hostname)))


@delete(_ALL, access=_UPDATE, raises=(409,), tags=_TAGS)
async def remove_domain_of_partner(
    ctx: StaffContext, partner_id: FromPath[UUID], domain_id: Annotated[UUID, QueryParameter(name="domainId")]
) -> Data[Done]:
    """Remove a domain of a partner, unless it is the primary one."""
    await actions.remove_domain(ctx, partner_id, await queries.find_hostname(ctx, partner_id, domain_id))
    return Data(Done())


@post(f"{_ONE}/check", access=_UPDATE, status_code=202, raises=(409,), tags=_TAGS)
async def check_domain_of_partner(
    ctx: StaffContext, partner_id: FromPath[UUID], hostname: FromPath[str]
) -> Data[DomainOut]:
    """Have DNS asked at once. The answer tells the last look."""
    return Data(told(ctx, await actions.check_domain(ctx, partner_id, hostname)))


@put(f"{_ONE}/primary", access=_UPDATE, raises=(409,), tags=_TAGS)
async def make_domain_of_partner_primary(
    ctx: StaffContext, partner_id: FromPath[UUID], hostname: FromPath[str]
) -> Data[DomainOut]:
    """Have links in the partner's mails lead to a domain that is proved."""
    return Data(told(ctx, await actions.make_primary(ctx, partner_id, hostname)))


ROUTES = (add_domain_of_partner, remove_domain_of_partner, check_domain_of_partner, make_domain_of_partner_primary)
