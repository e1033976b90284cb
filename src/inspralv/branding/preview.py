"""How a brand would look, drawn as a picture: colours that somebody has just chosen need no style in the page."""

from __future__ import annotations

from html import escape

from inspralv.branding.tokens import brand_tokens
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.formats import initials

_LONGEST = 24
_SHORT = 9
"""Letters beside the mark in the drawn sidebar."""


def draw_preview(name: str, primary: str, secondary: str) -> str:
    """Return an SVG of a page in these colours. Raises ValueError when one is no colour."""
    tone, other = brand_tokens(primary).light, brand_tokens(secondary).light
    label = (name.strip() or _("Your agency"))[:_LONGEST]
    shown, short = escape(label), escape(label if len(label) <= _SHORT else f"{label[: _SHORT - 1].rstrip()}…")
    letters = escape(initials(label))
    new = escape(_("New agent"))
    bars = "".join(
        f'<rect x="{150 + i * 26}" y="{150 - h}" width="16" height="{h}" rx="4" fill="{tone.mark}"'
        f' fill-opacity="{0.45 + i * 0.07:.2f}"/>'
        for i, h in enumerate((22, 40, 31, 58, 47, 70, 62))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 200" font-family="system-ui,sans-serif">'
        '<rect width="360" height="200" rx="12" fill="#fafafa"/><rect width="118" height="200" rx="12" fill="#f4f4f5"/>'
        f'<rect x="14" y="14" width="24" height="24" rx="7" fill="{tone.primary}"/>'
        f'<text x="26" y="30" text-anchor="middle" font-size="11" font-weight="700" fill="{tone.on_primary}">{letters}</text>'
        f'<text x="46" y="31" font-size="11" font-weight="600" fill="#18181b">{short}</text>'
        f'<rect x="10" y="52" width="98" height="22" rx="7" fill="{tone.tint}"/>'
        f'<text x="20" y="67" font-size="10" font-weight="600" fill="{tone.text}">{escape(_("Dashboard"))}</text>'
        f'<text x="20" y="92" font-size="10" fill="#62626b">{escape(_("Agents"))}</text>'
        f'<text x="20" y="114" font-size="10" fill="#62626b">{escape(_("Conversations"))}</text>'
        f'<text x="136" y="31" font-size="14" font-weight="700" fill="#18181b">{shown}</text>'
        '<rect x="136" y="46" width="208" height="116" rx="10" fill="#ffffff" stroke="#e6e6ea"/>'
        f"{bars}"
        f'<rect x="136" y="170" width="92" height="22" rx="7" fill="{tone.primary}" stroke="{tone.edge}"/>'
        f'<text x="182" y="185" text-anchor="middle" font-size="10" font-weight="600" fill="{tone.on_primary}">{new}</text>'
        f'<rect x="236" y="170" width="80" height="22" rx="7" fill="{other.tint}"/>'
        f'<text x="276" y="185" text-anchor="middle" font-size="10" font-weight="600" fill="{other.text}">{escape(_("Export"))}</text>'
        "</svg>"
    )
