"""The pages that search engines are to know: public ones of the platform's own host."""

from __future__ import annotations

from inspralv.foundation.web.addresses import Addresses
from inspralv.tenancy.contexts import PublicContext

LISTED = (
    "/", "/pricing", "/request-partner", "/signup", "/login", "/docs", "/legal/terms", "/legal/privacy", "/legal/imprint",
)  # fmt: skip


def canonical(ctx: PublicContext, path: str) -> str:
    """Return the one address under which a page is known, whichever name and query it was asked for with; empty for a page
    that is not listed."""
    if path not in LISTED or not ctx.partner.is_platform:
        return ""
    return ctx.services.get(Addresses).url(ctx.partner.host, path)
