"""The web server's entry: a factory that reads the settings once per process."""

from __future__ import annotations

import gc
import os
from typing import Any

from inspralv.assembly import build_app
from inspralv.foundation.logs import configure_logs
from inspralv.settings import load_settings


def create_app() -> Any:
    """Return the ASGI application for the environment's settings. Raises SettingsFault."""
    settings = load_settings(os.environ)
    configure_logs(settings.logs.level, settings.logs.format)
    app = build_app(settings)
    gc.collect()
    gc.freeze()  # what was built lives as long as the process: the collector need not look at it again
    return app
