"""The reference pages say what the code says."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_settings_page_is_current() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "write_reference.py"))
    assert script["FILE"].read_text() == script["settings_page"](), "run: python scripts/write_reference.py"
