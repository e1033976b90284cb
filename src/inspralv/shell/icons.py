"""Lucide icons, inlined as SVG. `icons.json` holds the ones that templates and code name; scripts/build_icons.py
writes it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

_NODES: dict[str, str] = json.loads((Path(__file__).parent / "icons.json").read_text())


class IconMissing(KeyError):
    """An icon that `icons.json` does not hold."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no icon {name!r}: run scripts/build_icons.py, or correct the name")


@lru_cache(maxsize=1024)
def icon(name: str, cls: str = "", label: str = "") -> Markup:
    """Return the SVG of an icon, hidden from screen readers unless it has a label. Raises IconMissing."""
    if name not in _NODES:
        raise IconMissing(name)
    told = Markup('role="img" aria-label="%s"') % label if label else Markup('aria-hidden="true"')
    styled = Markup(' class="%s"') % cls if cls else Markup("")
    start = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"%s %s>'
    ) % (styled, told)
    return start + Markup(_NODES[name]) + Markup("</svg>")  # noqa: S704 - drawn by Lucide, compiled at build time
