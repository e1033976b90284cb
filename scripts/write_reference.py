"""Writes the pages of docs/reference from the code: settings, routes, permissions, events. A test compares them."""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

import inspralv
from inspralv.assembly import list_routes
from inspralv.foundation.events.event import Event
from inspralv.settings.table import TABLE, Setting
from inspralv.tenancy.permissions import (
    PARTNER_PERMISSIONS,
    PARTNER_ROLES,
    STAFF_PERMISSIONS,
    WORKSPACE_PERMISSIONS,
    WORKSPACE_ROLES,
    P,
)

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"

HEAD = """\
# Settings

Read once at start from the environment and checked as a whole: every fault is named in one message, and nothing is
started. A variable that begins with `INSPRALV_` and is not in this list is a fault too. `{NAME}` in a default stands
for the value of another setting.

This page is made by `python scripts/write_reference.py` from `src/inspralv/settings/table.py`.

| Setting | Value | Default | Default in production | What it is for |
|---|---|---|---|---|
"""


def settings_page() -> str:
    return HEAD + "".join(f"{_row(setting)}\n" for setting in TABLE)


def _row(setting: Setting) -> str:
    kind = setting.reader.kind.replace("|", "\\|") + (", secret" if setting.is_secret else "")
    usual, production = setting.default_in("demo"), setting.default_in("production")
    words = [_default(setting, usual), "the same" if usual == production else _default(setting, production)]
    return f"| `{setting.name}` | {kind} | {words[0]} | {words[1]} | {setting.about} |"


def _default(setting: Setting, text: str | None) -> str:
    if setting.default_words:
        return setting.default_words
    if text is None:
        return "**must be given**"
    if setting.is_secret and text:
        return "one for trying"
    return f"`{text}`" if text else "empty"


def routes_page() -> str:
    rows = "".join(
        f"| {r.method} | `{r.path}` | {r.access} | {f'`{r.permission}`' if r.permission else r.why or ''} | `{r.handler}` |\n"
        for r in list_routes()
    )
    return (
        "# Routes\n\nEvery route with who may call it; the last but one column is the permission, or why it is public. Made "
        "by `python scripts/write_reference.py`; `inspralv routes --json` prints the same.\n\n"
        "| Method | Path | Access | Permission | Handler |\n|---|---|---|---|---|\n" + rows
    )


def permissions_page() -> str:
    return (
        "# Permissions\n\nMade by `python scripts/write_reference.py` from `src/inspralv/tenancy/permissions.py`. Owners and "
        "admins of a partner act as *admin* in each of its workspaces, unless they are explicit members there.\n\n"
        "## In a workspace\n\n" + _matrix("workspace.", WORKSPACE_ROLES, WORKSPACE_PERMISSIONS)
        + "\n## In a partner\n\n" + _matrix("partner.", PARTNER_ROLES, PARTNER_PERMISSIONS)
        + "\n## On the platform\n\n" + "".join(f"- `{p}`\n" for p in sorted(STAFF_PERMISSIONS))
    )  # fmt: skip


def _matrix(prefix: str, roles: tuple[str, ...], table: dict[str, frozenset[P]]) -> str:
    head = f"| Permission | {' | '.join(roles)} |\n|---|{'---|' * len(roles)}\n"
    keys = [p for p in P if p.startswith(prefix)]
    return head + "".join(
        f"| `{p}` | {' | '.join('×' if p in table[role] else '' for role in roles)} |\n" for p in keys
    )


def events_page() -> str:
    for module in pkgutil.walk_packages(inspralv.__path__, "inspralv."):
        if module.name.endswith("events"):
            importlib.import_module(module.name)
    kinds = sorted(_below(Event), key=lambda kind: (kind.action, kind.__module__, kind.__name__))
    rows = "".join(
        f"| `{k.action}` | {k.entity} | `{k.__module__}.{k.__name__}` | {_first(k.__doc__)} |\n" for k in kinds
    )
    return (
        "# Events\n\nWhat is recorded in the audit log, in the transaction in which it happens. Made by "
        "`python scripts/write_reference.py`.\n\n| Action | Entity | Event | Meaning |\n|---|---|---|---|\n" + rows
    )


def _below(kind: type[Event]) -> set[type[Event]]:
    found = {k for k in kind.__subclasses__() if k.__module__.startswith("inspralv.")}
    return {k for k in found if hasattr(k, "action")}.union(*(_below(k) for k in found))


def _first(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "routes.md": routes_page,
    "permissions.md": permissions_page,
    "events.md": events_page,
}

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page())
