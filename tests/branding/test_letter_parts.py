"""Every letter, whatever it says: both parts say the same, in any language, readable in any brand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace
from typing import Any, cast, get_args

import msgspec
import pytest

from inspralv.accounts.jobs import SecurityNews
from inspralv.assembly import SLICES, build_renderer
from inspralv.branding.color import contrast
from inspralv.foundation.context import Context
from inspralv.foundation.language.languages import LANGUAGES, Language
from inspralv.foundation.mail.mailer import MailBrand, Mailer
from inspralv.foundation.mail.message import Message
from inspralv.foundation.mail.samples import LetterSample
from inspralv.shell.assets import Assets
from inspralv.tenancy.mail_brand import _ink_on
from inspralv.tenancy.plans import Limit

HINT = "The button does not work? Open this address:"
READABLE = 4.5  # WCAG 2.2, 1.4.3
FRONT_DOOR = "https://voice.agency.example/"
SURFACES = ("#ffffff", "#f4f4f5")
COLORS = ("#0f766e", "#ffff00", "#ffffff", "#000000", "#808080", "#7c3aed", "#ff0000", "#777777")


def _variants(sample: LetterSample) -> list[LetterSample]:
    """A letter with everything it may say: what happened to an account, which limit, with and without what may lack."""
    model = sample.model
    changes: list[dict[str, Any]] = [{}]
    if sample.template == "security_notice":
        changes += [{"news": news} for news in get_args(SecurityNews)] + [{"ip": ""}]
    if sample.template == "limit_reached":
        changes += [{"limit": limit.value, "full": full} for limit in Limit for full in (False, True)]
    if sample.template == "key_problem":
        changes += [{"reason": ""}]
    if sample.template == "partner_request":
        changes += [{"domain": ""}]
    changes += [{name: ""} for name in ("name", "message") if getattr(model, name, "")]
    if sample.template == "partner_invitation":
        changes += [{"message": "Come in.", "workspaces": ()}, {"message": "Come in."}]
    return [
        LetterSample(sample.template, sample.subject, msgspec.structs.replace(model, **change)) for change in changes
    ]


SAMPLES = [one for part in SLICES for one in part.letters]
LETTERS = [letter for sample in SAMPLES for letter in _variants(sample)]


@pytest.fixture(scope="module")
def mailer() -> Mailer:
    return Mailer(build_renderer(SLICES, Assets()).engine, "Platform <mail@platform.test>")


def brand(language: Language = "en", color: str = "#0f766e", logo: str | None = None) -> MailBrand:
    """A brand that shows all it can, with names that mean something to HTML."""
    return MailBrand(
        name="Müller & Söhne", color=color, ink=_ink_on(color), address=FRONT_DOOR,
        support_email="help@agency.example", logo_url=logo, footer_text="Müller & Söhne <Ltd>, 1 Main Street",
        links=(("Help", "https://agency.example/help"),), language=language,
    )  # fmt: skip


def composed(mailer: Mailer, letter: LetterSample, shown: MailBrand) -> Message:
    ctx = cast("Context", SimpleNamespace(now=datetime(2026, 3, 4, tzinfo=UTC)))
    return mailer.compose(ctx, shown, letter.template, "nora@client.example", letter.subject, letter.model)


def _links(html: str) -> set[str]:
    return {unescape(link) for link in re.findall(r'href="([^"]*)"', html) if not link.startswith("mailto:")}


def _words(text: str) -> list[str]:
    return re.sub(r"https?://\S+|[:·]", " ", text).split()


def _seen(html: str, hint: str) -> list[str]:
    """The words that a reader sees, but for the name at the head and what stands for an address."""
    body = html.partition("<h1")[2].partition(">")[2]
    body = re.sub(r'<a href="https?:[^>]*style="color:#18181b">.*?</a>\.', "", body)  # an address in the middle
    return _words(unescape(re.sub(r"<[^>]*>", " ", body)).replace(hint, " "))


def test_every_kind_of_letter_has_its_sample() -> None:
    assert len(SAMPLES) >= 18
    assert {news.model.news for news in LETTERS if news.template == "security_notice"} == set(get_args(SecurityNews))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", LETTERS, ids=lambda one: one.template)
def test_both_parts_say_the_same(mailer: Mailer, letter: LetterSample, language: Language) -> None:
    message = composed(mailer, letter, brand(language))
    english = HINT if language == "en" else ""
    hint = re.search(r'color:#62626b">([^<]*)<br>', message.html)
    assert hint is not None
    assert english in hint[1]
    assert _seen(message.html, unescape(hint[1])) == _words(message.plain)
    assert letter.model.link in message.plain.split()
    assert _links(message.html) - {FRONT_DOOR} <= set(message.plain.split())
    assert "\n\n\n" not in message.plain
    assert message.html.count(f'lang="{language}"') == 1


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.template)
@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_letter_is_said_in_every_language(mailer: Mailer, sample: LetterSample, language: Language) -> None:
    english, other = (composed(mailer, sample, brand(spoken)) for spoken in ("en", language))
    body = english.plain.partition("https://")[0].split()
    assert set(other.plain.partition("https://")[0].split()) != set(body)
    for name in ("at", "until", "expires_at"):
        if (moment := getattr(sample.model, name, None)) is not None:
            assert f"{moment:%H:%M} UTC" in other.plain or f"{moment:%-H:%M} UTC" in other.plain
            assert "AM" not in other.plain


@pytest.mark.parametrize("color", COLORS)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.template)
def test_every_word_is_readable_in_every_colour(mailer: Mailer, sample: LetterSample, color: str) -> None:
    html = composed(mailer, sample, brand(color=color)).html
    for style in re.findall(r'style="([^"]*)"', html):
        rules = dict(rule.split(":", 1) for rule in style.split(";") if ":" in rule)
        if "color" in rules:
            for surface in [rules["background"]] if "background" in rules else SURFACES:
                assert contrast(rules["color"], surface) >= READABLE, style


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.template)
def test_machines_that_read_aloud_know_what_is_there(mailer: Mailer, sample: LetterSample) -> None:
    html = composed(mailer, sample, brand(logo="https://voice.agency.example/brand/x.png")).html
    assert 'alt="Müller &amp; Söhne"' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert len(re.findall(r"<table ", html)) == len(re.findall(r'<table role="presentation"', html))
    title = re.search(r"<title>(.*?)</title>", html)
    assert title is not None
    assert title[1].strip()
    assert 'name="color-scheme" content="light"' in html  # colours stay as they are where the reader's device is dark
