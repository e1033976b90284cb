"""Icons are inlined, named ones exist, and the script that collects them finds what is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from inspralv.shell import icons
from inspralv.shell.icons import IconMissing, icon

_PACKAGE = Path(icons.__file__).parents[1]
_KNOWN = json.loads((_PACKAGE / "shell" / "icons.json").read_text())


def test_every_icon_that_a_template_names_exists() -> None:
    named = {
        (name, path.name)
        for path in _PACKAGE.glob("**/templates/**/*.html")
        for name in re.findall(r"""\bicon\(\s*["']([^"']+)["']""", path.read_text())
    }
    assert len(named) > 20
    assert not {pair for pair in named if pair[0] not in _KNOWN}


def test_an_icon_is_hidden_from_screen_readers_unless_it_is_labelled() -> None:
    assert 'aria-hidden="true"' in icon("x")
    assert 'role="img" aria-label="a &lt;b&gt;"' in icon("x", "size-4", "a <b>")
    assert 'class="size-4"' in icon("x", "size-4")


def test_an_unknown_icon_says_what_to_do() -> None:
    with pytest.raises(IconMissing, match="build_icons"):
        icon("no-such-icon")
