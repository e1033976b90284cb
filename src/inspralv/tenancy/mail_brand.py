"""A partner as its mails show it."""

from __future__ import annotations

from inspralv.foundation.context import Context
from inspralv.foundation.language.languages import Language, speaking, spoken
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.mailer import MailBrand
from inspralv.foundation.web.addresses import Addresses
from inspralv.tenancy import queries
from inspralv.tenancy.directory import Partner

_EQUAL_CONTRAST = 0.179  # the luminance at which black and white read equally well (WCAG 2.2, contrast ratio)


async def mail_brand(ctx: Context, partner: Partner, recipient: str) -> MailBrand:
    """Return name, logo, colours, front door, support address, footer and links, for a reader: in the language that
    the recipient has chosen, else the partner's, else the one of the request that writes."""
    chosen = await queries.find_language(ctx, recipient)
    return brand_in(ctx, partner, chosen or partner.branding.language or spoken())


def brand_in(ctx: Context, partner: Partner, language: Language) -> MailBrand:
    """Return the same for mails in a language."""
    b = partner.branding
    with speaking(language):
        links = [(_("Help"), b.help_url), (_("Privacy"), b.privacy_url), (_("Terms"), b.terms_url)]
    return MailBrand(
        partner.label, b.primary_color, _ink_on(b.primary_color), page_url(ctx, partner, "/"), b.support_email,
        page_url(ctx, partner, b.logo_url) if b.logo_url and b.logo_url.startswith("/") else None,
        b.footer_text, tuple((label, url) for label, url in links if url), language,
    )  # fmt: skip


def page_url(ctx: Context, partner: Partner, path: str) -> str:
    """Return the address of a page on the partner's own host."""
    return ctx.services.get(Addresses).url(partner.host, path)


def _ink_on(color: str) -> str:
    """Black or white, whichever reads better on #RRGGBB."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > _EQUAL_CONTRAST else "#ffffff"
