"""The API of the organisation's domains."""

from __future__ import annotations

from litestar.params import FromPath, JSONBody

from inspralv.domains import actions, queries
from inspralv.domains.schemas import DomainOut, Done, NewDomain
from inspralv.domains.showing import told
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, post, put
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_ALL = "/api/partner/domains"
_ONE = f"{_ALL}/{{hostname:str}}"
_UPDATE = partner(P.PARTNER_SETTINGS_UPDATE)


@get(_ALL, access=_UPDATE, tags=["Domains"])
async def list_domains(ctx: PartnerContext) -> Data[list[DomainOut]]:
    """List the domains with the records to set and what DNS shows, the primary one first."""
    return Data([told(ctx, one) for one in await queries.list_domains(ctx)])


@post(_ALL, access=_UPDATE, raises=(409,), tags=["Domains"])
async def add_domain(ctx: PartnerContext, data: JSONBody[NewDomain]) -> Data[DomainOut]:
    """Add a domain. It leads here as soon as DNS shows both records."""
    return Data(told(ctx, await actions.claim(ctx, data.hostname)))


@delete(_ONE, access=_UPDATE, tags=["Domains"])
async def remove_domain(ctx: PartnerContext, hostname: FromPath[str]) -> Data[Done]:
    """Remove a domain, unless it is the primary one."""
    await actions.remove(ctx, hostname)
    return Data(Done())


@post(f"{_ONE}/check", access=_UPDATE, status_code=202, tags=["Domains"])
async def check_domain(ctx: PartnerContext, hostname: FromPath[str]) -> Data[DomainOut]:
    """Have DNS asked at once. The answer tells the last look; ask for the list a moment later."""
    return Data(told(ctx, await actions.check(ctx, hostname)))


@put(f"{_ONE}/primary", access=_UPDATE, tags=["Domains"])
async def make_domain_primary(ctx: PartnerContext, hostname: FromPath[str]) -> Data[DomainOut]:
    """Have links in mails lead to a domain that is proved."""
    return Data(told(ctx, await actions.make_primary(ctx, hostname)))


ROUTES = (list_domains, add_domain, remove_domain, check_domain, make_domain_primary)
