"""Serves what every page loads: built assets and brand sheets, both immutable, and the fallback icon of the site."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.branding.serving import send_picture
from inspralv.branding.tokens import brand_tokens
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get
from inspralv.shell.renderer import ShellRenderer
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext

_FOREVER = "public, max-age=31536000, immutable"
# Browsers show the icon beside documents of no origin, too: the sheets of mails.
_ICON = {"cache-control": "public, max-age=86400", "cross-origin-resource-policy": "cross-origin"}
_WAVE = "M9 14v4M13 10v12M17 12v8M21 8.500v15M25 14v4"


@get("/assets/{name:str}", access=public("every page needs its scripts and styles"))
async def read_asset(ctx: PublicContext, request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Send a built file, compressed as the browser likes it best."""
    asset = ctx.services.get(ShellRenderer).assets.files.get(name)
    if asset is None:
        raise NotFound(_("There is no such file."))
    coding, body = asset.encoded(request.headers.get("accept-encoding", ""))
    headers = {"cache-control": _FOREVER, "vary": "accept-encoding", **({"content-encoding": coding} if coding else {})}
    return Response(body, media_type=asset.media_type, headers=headers)


@get("/brand/{name:str}", access=public("every page needs the partner's colours and pictures"))
async def read_brand(ctx: PublicContext, name: FromPath[str]) -> Response[Any]:
    """Send the colours derived from a hex colour, or an uploaded picture. A sheet is called "<digest>.<colour>.css"; the
    digest must be right, so that an address means one sheet for ever."""
    if name.endswith(".png"):
        return await send_picture(ctx, name)
    digest, _rest, rest = name.partition(".")
    try:
        tokens = brand_tokens(rest.removesuffix(".css"))
    except ValueError:
        raise NotFound(_("There is no such colour.")) from None
    if digest != tokens.etag:
        raise NotFound(_("There is no such colour."))
    return Response(tokens.css, media_type="text/css", headers={"cache-control": _FOREVER})


@get("/favicon.svg", access=public("browsers ask for it on every page"))
async def read_favicon(ctx: PublicContext, c: FromQuery[str] = "") -> Response[str]:
    """Draw the site's icon in a colour, by default the partner's."""
    try:
        tone = brand_tokens(c or ctx.partner.branding.primary_color).light
    except ValueError:
        raise NotFound(_("There is no such colour.")) from None
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 34 32">'
        f'<rect x="1" width="32" height="32" rx="8" fill="{tone.primary}"/>'
        f'<path d="{_WAVE}" fill="none" stroke="{tone.on_primary}" stroke-width="2.4" stroke-linecap="round"/></svg>'
    )
    return Response(svg, media_type="image/svg+xml", headers=_ICON)


@get("/favicon.ico", access=public("browsers ask for it where a document names no icon"))
async def lead_to_icon(ctx: PublicContext) -> Redirect:
    """Go to the partner's icon, or to the one that is drawn."""
    return Redirect(ctx.partner.branding.favicon_url or "/favicon.svg", status_code=302, headers=_ICON)
