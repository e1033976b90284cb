"""Frames as the renderer would make them, for drawing templates without an application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inspralv import shell
from inspralv.foundation.language.languages import LANGUAGES
from inspralv.foundation.web.templates import TemplateEngine
from inspralv.shell.frame import Brand, Crumb, Doc, Flash, NavGroup, NavItem, Shell, UserCard, WorkspaceLink
from inspralv.shell.icons import icon

TEMPLATES = Path(shell.__file__).parent / "templates"
BRAND = Brand("Acme Voice", "AV", "#0f766e", support_email="help@acme.test")
DOC = Doc("Agents", "Acme Voice", "system", "/brand/x.0f766e.css", "/favicon.svg", "abc123")


def engine(*folders: Path) -> TemplateEngine:
    """The shell's engine, over more folders if asked for; assets need no build."""
    globals_ = {
        "icon": icon,
        "asset": lambda name: f"/assets/{name}",
        "font": lambda: "/assets/font.woff2",
        "languages": LANGUAGES,
    }
    return TemplateEngine([TEMPLATES, *folders], globals_)


def frame(**changes: Any) -> Shell:
    """A member in one of two workspaces."""
    here = WorkspaceLink("clinic", "Bright Clinic", "member", "BC", 1)
    base: dict[str, Any] = {
        "base": "/w/clinic",
        "partner": BRAND,
        "crumbs": (Crumb("Bright Clinic", "/w/clinic/dashboard"), Crumb("Agents")),
        "nav": (
            NavGroup("", (NavItem("Dashboard", "/w/clinic/dashboard", "layout-dashboard", hotkey="g d"),)),
            NavGroup("Build", (NavItem("Agents", "/w/clinic/agents", "bot", current=True, hotkey="g a", badge="3"),)),
        ),
        "user": UserCard("Mia Moe", "mia@acme.test", "MM"),
        "workspace": here,
        "workspaces": (here, WorkspaceLink("bakery", "Corner Bakery", "viewer", "CB", 2)),
        "events_url": "/w/clinic/events",
        "search_url": "/w/clinic/search",
        "new_item": NavItem("New agent", "/w/clinic/agents/new", "plus"),
        "settings_url": "/w/clinic/settings",
        "flash": Flash("success", "Saved", "All is well."),
    }
    return Shell(**{**base, **changes})


def visitor() -> Shell:
    """Somebody who is not signed in."""
    return Shell(base="", partner=BRAND)
