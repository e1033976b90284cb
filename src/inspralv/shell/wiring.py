"""What the shell contributes to the services: the renderer over every slice's templates, navigation and live parts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inspralv.foundation.language.languages import LANGUAGES
from inspralv.foundation.slice import Slice
from inspralv.foundation.web.templates import TemplateEngine
from inspralv.shell.assets import Assets
from inspralv.shell.icons import icon
from inspralv.shell.lacking import lacks
from inspralv.shell.renderer import ShellRenderer

_TEMPLATES = Path(__file__).parent / "templates"


def build_renderer(slices: Sequence[Slice], assets: Assets) -> ShellRenderer:
    """Return the renderer for these slices."""
    folders = [_TEMPLATES, *(part.templates for part in slices if part.templates)]
    engine = TemplateEngine(
        folders, {"icon": icon, "asset": assets.url, "font": assets.font, "lacks": lacks, "languages": LANGUAGES}
    )
    return ShellRenderer(
        engine, assets, [entry for part in slices for entry in part.nav], [p for part in slices for p in part.live]
    )
