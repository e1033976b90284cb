"""Looks at every statement the application sends during the test run, and remembers those that break a rule."""

from __future__ import annotations

import re

from tests.house.tables import TENANT, WORKSPACE_LEVEL

_WORDS = re.compile(r"[a-z_]+")
_QUOTED = re.compile(r"'[^']*'")
_COMMANDS = ("BEGIN;", "BEGIN READ ONLY;", "COMMIT", "ROLLBACK")
_CONSOLE = "/* across partners */"  # the operator's console, as app_staff: tests/admin holds where this may stand

broken: list[str] = []
seen: set[str] = set()


def look(statement: str) -> None:
    """Check one statement, once."""
    if statement in seen or statement.startswith((*_COMMANDS, _CONSOLE)):
        return
    seen.add(statement)
    text = _QUOTED.sub("''", statement.lower())
    tables = set(_WORDS.findall(text)) & TENANT
    if "set_config" in text or re.search(r"\bset\s+(session|app\.)", text):
        broken.append(f"settings are set with SET LOCAL only: {statement}")
    if tables and not _names(text, "partner_id"):
        broken.append(f"names no partner: {statement}")
    touched = tables & (WORKSPACE_LEVEL - {"workspace_members", "integration_assignments"})
    if touched and "workspace_id" not in text:
        broken.append(f"names no workspace, {sorted(touched)}: {statement}")


def _names(text: str, column: str) -> bool:
    """A comparison with a parameter, or a column of an insert."""
    return bool(re.search(rf"\b{column}\s*=\s*\$\d", text) or (text.lstrip().startswith("insert") and column in text))
