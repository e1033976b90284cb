"""Every mail there is can be looked at, in the host's brand."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from tests.conftest import Site

import inspralv
from inspralv.assembly import SLICES

_FOLDER = Path(inspralv.__file__).parent
TEMPLATES = sorted(
    path.stem for path in _FOLDER.glob("*/templates/mail/*.html") if path.stem != "frame"
)  # fmt: skip

# What people have typed themselves, in the samples.
_TYPED = {"Have a look at the calls of last week.", "We do not work in your country yet."}


def _sentences(mail: str) -> set[str]:
    """Return the lines of a mail that hold at least two words in small letters."""
    lines = re.split(r"\n|<[^>]*>", re.sub(r"(?s)<(style|head).*?</\1>", "", mail))
    return {unescape(line).strip() for line in lines if len(re.findall(r"(?<!\S)[a-zü][a-zü’']*(?!\S)", line)) > 1}


def test_every_template_has_one_sample() -> None:
    assert sorted(letter.template for part in SLICES for letter in part.letters) == TEMPLATES


@pytest.mark.parametrize("kind", ["html", "text"])
@pytest.mark.parametrize("name", TEMPLATES)
async def test_nothing_in_a_mail_stays_english(site: Site, name: str, kind: str) -> None:
    visitor, path = site.at("acme.localhost"), f"/dev/mail/templates/{name}/{kind}"
    english = (await visitor.get(path)).text
    german = (await visitor.get(path, headers={"accept-language": "de"})).text
    assert english != german
    assert _sentences(english) & _sentences(german) <= _TYPED
    assert "March" not in german, "dates are written by the reader's rules"


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
