"""The API of applications, for anybody; staff decide on them in the console."""

from __future__ import annotations

from litestar.params import FromQuery, JSONBody

from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get, post
from inspralv.onboarding.actions import applying
from inspralv.onboarding.schemas import Availability, NewRequest, Received
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext

_WHY = "an agency applies before it has an account"


@post("/api/partner-requests", access=public(_WHY), raises=(404, 409, 429), tags=["Partner requests"])
async def create_partner_request(ctx: PublicContext, data: JSONBody[NewRequest]) -> Data[Received]:
    """Apply to become a partner; the operator is told."""
    return Data(await applying.apply(ctx, data))


@get("/api/partner-requests/check-domain", access=public(_WHY), raises=(404,), tags=["Partner requests"])
async def check_partner_domain(ctx: PublicContext, domain: FromQuery[str]) -> Data[Availability]:
    """Tell whether an own domain can be had."""
    return Data(await applying.check_domain(ctx, domain))


@get("/api/partner-requests/check-subdomain", access=public(_WHY), raises=(404,), tags=["Partner requests"])
async def check_partner_subdomain(ctx: PublicContext, subdomain: FromQuery[str]) -> Data[Availability]:
    """Tell whether a subdomain of the platform can be had."""
    return Data(await applying.check_subdomain(ctx, subdomain))


ROUTES = (create_partner_request, check_partner_domain, check_partner_subdomain)
