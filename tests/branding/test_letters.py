"""Every mail there is can be looked at, in the host's brand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Site

import inspralv
from inspralv.assembly import SLICES

_FOLDER = Path(inspralv.__file__).parent
TEMPLATES = sorted(
    path.stem for path in _FOLDER.glob("*/templates/mail/*.html") if path.stem != "frame"
)  # fmt: skip


def test_every_template_has_one_sample() -> None:
    assert sorted(letter.template for part in SLICES for letter in part.letters) == TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
async def test_a_template_is_shown_in_the_partners_brand(site: Site, name: str) -> None:
    visitor = site.at("acme.localhost")
    assert f"/dev/mail/templates/{name}/html" in (await visitor.get("/dev/mail/templates")).text
    sheet = await visitor.get(f"/dev/mail/templates/{name}/html")
    assert sheet.status_code == 200
    assert "Acme Voice" in sheet.text
    assert "sandbox" in sheet.headers["content-security-policy"]
    text = await visitor.get(f"/dev/mail/templates/{name}/text")
    assert "Acme Voice" in text.text
    assert "inspralv" not in (sheet.text + text.text).lower()
