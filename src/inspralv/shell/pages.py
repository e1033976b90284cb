"""The pages that belong to no slice: the front door, the API reference, and what robots and home screens ask for.

A route takes its context even where it has no use for it: the access that made it is the point.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.params import FromQuery
from litestar.response import Redirect

from inspralv.branding.preview import draw_preview
from inspralv.branding.tokens import brand_tokens
from inspralv.foundation.errors import Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.addresses import Addresses
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.shell.docs_page import docs_page
from inspralv.shell.frame import LandingPage
from inspralv.shell.openapi import api_document
from inspralv.tenancy.access import find_caller, public
from inspralv.tenancy.contexts import PublicContext

_A_DAY = {"cache-control": "public, max-age=86400"}
_AN_HOUR = {"cache-control": "public, max-age=3600"}
_AGENCY_COLORS = (("#0f766e", "#f59e0b"), ("#be123c", "#0369a1"), ("#1d4ed8", "#16a34a"))  # primary, secondary
_PRIVATE_PATHS = (
    "/w/",
    "/account",
    "/org",
    "/super-admin",
    "/api/",
    "/select-workspace",
    "/workspace-onboarding",
    "/setup-profile",
    "/recordings/",
)


@get("/", access=public("the front door"))
async def show_front_door(ctx: PublicContext, request: Request[Any, Any, Any]) -> View | Redirect:
    """Send those who are signed in to their work. Everybody else is greeted by the platform; a partner's clients are not
    being won here, so they sign in."""
    caller = await find_caller(request)
    if caller is None and not ctx.partner.is_platform:
        return Redirect("/login", status_code=303)
    if caller is None:
        return View("pages/landing.html", LandingPage(_drawings()), title=_("AI voice agents"))
    only = caller.workspaces[0] if len(caller.workspaces) == 1 else None
    return Redirect(f"/w/{only.slug}/dashboard" if only else "/select-workspace", status_code=303)


def _drawings() -> tuple[str, ...]:
    wanted = ({"primary": first, "secondary": second, "name": _("Your agency")} for first, second in _AGENCY_COLORS)
    return tuple(f"/brand-preview.svg?{urlencode(one)}" for one in wanted)


@get("/docs", access=public("developers read the API reference before they have an account"))
async def show_docs(ctx: PublicContext, request: Request[Any, Any, Any], area: FromQuery[str] = "") -> View:
    """Show the API reference: an overview, or all about one area."""
    home = ctx.services.get(Addresses).url(ctx.partner.host, "")
    document = api_document(request.app, of_platform=ctx.partner.is_platform)
    return View("pages/docs.html", docs_page(document, home, area), title=_("API reference"))


@get("/api/openapi.json", access=public("programs read the API description first"), include_in_schema=False)
async def read_openapi(ctx: PublicContext, request: Request[Any, Any, Any]) -> Response[bytes]:
    """Send the OpenAPI 3.1 document."""
    body = msgspec.json.encode(api_document(request.app, of_platform=ctx.partner.is_platform))
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return Response(body, media_type="application/json", headers={**_AN_HOUR, "etag": tag})


@get("/robots.txt", access=public("search engines ask what to leave alone"))
async def read_robots(ctx: PublicContext) -> Response[str]:
    """Keep crawlers to the platform's public pages, and away from partners."""
    lines = ["User-agent: *", "Disallow: /"]
    if ctx.partner.is_platform:
        sitemap = ctx.services.get(Addresses).url(ctx.partner.host, "/sitemap.xml")
        lines = [
            "User-agent: *",
            *(f"Disallow: {path}" for path in _PRIVATE_PATHS),
            "",
            f"Sitemap: {sitemap}",
        ]
    lines.append("")
    return Response("\n".join(lines), media_type="text/plain", headers=_A_DAY)


@get("/brand-preview.svg", access=public("colours are chosen before there is an account"), raises=(400,))
async def read_brand_preview(
    ctx: PublicContext,  # noqa: ARG001
    primary: FromQuery[str],
    secondary: FromQuery[str] = "#64748b",
    name: FromQuery[str] = "",
) -> Response[str]:
    """Draw how pages would look in these colours, in the language of whoever looks."""
    try:
        drawn = draw_preview(name, primary, secondary)
    except ValueError:
        raise Invalid(_("A colour is written as #RRGGBB.")) from None
    headers = {"cache-control": "private, max-age=86400", "vary": "accept-language, cookie"}
    return Response(drawn, media_type="image/svg+xml", headers=headers)


@get("/site.webmanifest", access=public("a phone puts the site on its home screen"))
async def read_manifest(ctx: PublicContext) -> Response[bytes]:
    """Describe the site as an application in the partner's name and colour."""
    brand = ctx.partner.branding
    own = {"src": brand.favicon_url, "sizes": "any", "type": "image/png"}
    drawn = {"src": f"/favicon.svg?c={brand.primary_color.lstrip('#')}", "sizes": "any", "type": "image/svg+xml"}
    described = {
        "name": ctx.partner.label,
        "short_name": ctx.partner.label[:12],
        "start_url": "/select-workspace",
        "scope": "/",
        "display": "standalone",
        "theme_color": brand_tokens(brand.primary_color).light.primary,
        "background_color": "#ffffff",
        "icons": [own if brand.favicon_url else drawn],
    }
    return Response(msgspec.json.encode(described), media_type="application/manifest+json", headers=_A_DAY)
