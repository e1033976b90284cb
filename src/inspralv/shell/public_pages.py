"""The platform's own pages: prices, legal texts, and the map for search engines. A partner's host has none of them."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import Response
from litestar.params import FromPath
from litestar.response import Redirect

from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.shell.listed import LISTED, canonical
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.operator import Operator
from inspralv.tenancy.plans import PLANS, Feature, Limit, Plan

LegalName = Literal["terms", "privacy", "imprint"]
_TITLES: dict[str, str] = {"terms": N_("Terms of use"), "privacy": N_("Privacy"), "imprint": N_("Imprint")}
_A_DAY = {"cache-control": "public, max-age=86400"}


class PricingPage(msgspec.Struct, frozen=True):
    """The plan table as it is in force."""

    plans: tuple[Plan, ...]
    limits: tuple[Limit, ...]
    features: tuple[Feature, ...]
    highlighted: str


class LegalPage(msgspec.Struct, frozen=True):
    """A legal text. `names` are the settings that are not given yet, empty in production, where visitors are told less."""

    name: LegalName
    title: str
    operator: Operator
    names: tuple[str, ...]


@get("/pricing", access=public("people look at prices before they have an account"))
async def show_pricing(ctx: PublicContext) -> View:
    """Show every plan, from the table that is enforced."""
    require_platform(ctx)
    model = PricingPage(PLANS, tuple(Limit), tuple(Feature), "pro")
    return View("pages/pricing.html", model, title=_("Pricing"))


@get("/legal/{name:str}", access=public("the law wants these pages open to everybody"))
async def show_legal(ctx: PublicContext, name: FromPath[str]) -> View | Redirect:
    """Show a legal text of the platform; on a partner's host lead to the partner's own, if it named one."""
    if name not in _TITLES:
        raise NotFound
    if not ctx.partner.is_platform:
        own = {"terms": ctx.partner.branding.terms_url, "privacy": ctx.partner.branding.privacy_url}.get(name)
        if own is None:
            raise NotFound
        return Redirect(own, status_code=303)
    operator = ctx.services.get(Operator)
    known: LegalName = "terms" if name == "terms" else "privacy" if name == "privacy" else "imprint"
    return View("pages/legal.html", LegalPage(known, _TITLES[name], operator, operator.lacking), title=_TITLES[name])


@get("/sitemap.xml", access=public("search engines ask which pages there are"))
async def read_sitemap(ctx: PublicContext) -> Response[str]:
    """List the platform's public pages."""
    require_platform(ctx)
    entries = "".join(f"<url><loc>{canonical(ctx, path)}</loc></url>" for path in LISTED)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}'
        "</urlset>"
    )
    return Response(text, media_type="application/xml", headers=_A_DAY)


def require_platform(ctx: PublicContext) -> None:
    """Elsewhere this page does not exist. Raises NotFound."""
    if not ctx.partner.is_platform:
        raise NotFound


ROUTES = (show_pricing, show_legal, read_sitemap)
