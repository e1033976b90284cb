"""A provider is one folder and one registry line: nobody else knows its name.

The demo is not exempt: it asks the registry too. What a browser loads is named after its transport, and only the file
that imports a vendor's own package may say whose package that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.registry import build_registry

REPOSITORY = Path(__file__).parents[2]
SOURCE, WEB, MIGRATIONS = REPOSITORY / "src" / "inspralv", REPOSITORY / "web" / "src", REPOSITORY / "migrations"
REGISTRY = build_registry(BaseUrls())
WORDS = re.compile("|".join({word for one in REGISTRY.values() for word in (one.name, one.label)}), re.IGNORECASE)
KNOWS = {
    *(SOURCE / "providers" / name for name in REGISTRY),
    SOURCE / "providers" / "registry.py",
    SOURCE / "sandbox",
    SOURCE / "shell" / "static" / "dist",  # built from web/src
    WEB / "islands" / "daily.ts",
}
KINDS = {".py", ".html", ".txt", ".sql", ".css", ".ts", ".js", ".json", ".svg", ".po", ".md", ".toml"}


def _texts() -> Iterator[Path]:
    for top in (SOURCE, WEB, MIGRATIONS):
        for path in top.rglob("*"):
            if path.suffix in KINDS and not KNOWS.intersection((path, *path.parents)):
                yield path


def test_no_provider_is_named_outside_its_folder() -> None:
    named = [
        f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:100]}"
        for path in _texts()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if WORDS.search(line)
    ]
    assert named == []
    assert WORDS.search((SOURCE / "providers" / "registry.py").read_text("utf-8"))


@pytest.mark.parametrize("name", list(REGISTRY))
def test_the_registry_has_one_line_for_each(name: str) -> None:
    """One import, one entry."""
    lines = (SOURCE / "providers" / "registry.py").read_text("utf-8").splitlines()
    assert len([line for line in lines if re.search(name, line, re.IGNORECASE)]) == 2


@pytest.mark.parametrize("name", list(REGISTRY))
def test_no_provider_knows_another(name: str) -> None:
    others = re.compile("|".join(other for other in REGISTRY if other != name), re.IGNORECASE)
    folder = SOURCE / "providers" / name
    assert [path.name for path in folder.rglob("*.py") if others.search(path.read_text("utf-8"))] == []
