"""The shell as a slice."""

from __future__ import annotations

from inspralv.foundation.slice import Slice
from inspralv.shell import public_pages
from inspralv.shell.health import read_health
from inspralv.shell.language_pages import choose_language
from inspralv.shell.live import stream_events, stream_organisation
from inspralv.shell.pages import (
    read_brand_preview,
    read_manifest,
    read_openapi,
    read_robots,
    show_docs,
    show_front_door,
)
from inspralv.shell.static_files import lead_to_icon, read_asset, read_brand, read_favicon

SLICE = Slice(
    name="shell",
    routes=(
        show_front_door,
        show_docs,
        read_openapi,
        read_health,
        stream_events,
        stream_organisation,
        read_asset,
        read_brand,
        read_favicon,
        lead_to_icon,
        read_robots,
        read_brand_preview,
        read_manifest,
        choose_language,
        *public_pages.ROUTES,
    ),
)
