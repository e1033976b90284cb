"""The reference pages say what the code says."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["settings.md", "routes.md", "permissions.md", "events.md"])
def test_a_reference_page_is_current(name: str) -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_reference.py"))
    assert set(script["PAGES"]) == {path.name for path in script["FOLDER"].glob("*.md")}
    assert (script["FOLDER"] / name).read_text() == script["PAGES"][name](), "run: python scripts/write_reference.py"
