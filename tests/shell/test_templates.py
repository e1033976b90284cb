"""Laws of every template: nothing inline, all text translatable, macros and includes that exist."""

from __future__ import annotations

import re
from pathlib import Path

import jinja2
import pytest

import inspralv
from inspralv.foundation.web.templates import TemplateEngine

_PACKAGE = Path(inspralv.__file__).parent
_TEMPLATES = sorted(_PACKAGE.glob("**/templates/**/*.html"))
_PAGES = [path for path in _TEMPLATES if path.parent.name != "mail"]  # mail programs know no stylesheets
_FOLDERS = sorted({next(p for p in path.parents if p.name == "templates") for path in _TEMPLATES})
_INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<style|hx-on|hx-vals\s*=\s*["']js:|<script(?![^>]*\ssrc=)"""
)
_TEXT = r"""(?:"[^"]*"|'[^']*'|[^"'])*?"""  # a brace or an angle within quotes ends nothing
_OUTPUT = re.compile(r"\{\{" + _TEXT + r"\}\}", re.DOTALL)
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|" + _OUTPUT.pattern, re.DOTALL)
_MARKUP = re.compile(
    r"""<!--.*?-->|<(?:code|kbd)\b.*?</(?:code|kbd)>|<(?:"[^"]*"|'[^']*'|[^"'>])*>|&\w+;|[\w-]+="[^"]*\"""", re.DOTALL
)
_SAID = re.compile(r"""\s(?:aria-label|placeholder|title|alt)=["']([^"'{]*[A-Za-z]{2}[^"'{]*)["']""")


_ENGLISH = {"shell/templates/pages/docs.html"}  # what programs read is described in the language of its names


def _id(path: Path) -> str:
    return str(path.relative_to(_PACKAGE))


@pytest.mark.parametrize("path", _PAGES, ids=_id)
def test_nothing_is_inline(path: Path) -> None:
    found = _INLINE.findall(re.sub(r"\{%.*?%\}", "", path.read_text(), flags=re.DOTALL))
    assert not found, f"the content policy forbids {found}"


@pytest.mark.parametrize("path", [path for path in _TEMPLATES if _id(path) not in _ENGLISH], ids=_id)
def test_every_text_can_be_translated(path: Path) -> None:
    text = path.read_text()
    plain = _MARKUP.sub("\n", _JINJA.sub("", text))
    bare = [words.strip() for words in plain.splitlines() if re.search(r"[A-Za-z]{2}", words)]
    assert not bare, f"not within _(…): {bare}"
    assert not _SAID.findall(_OUTPUT.sub("{}", text))


@pytest.mark.parametrize("path", _TEMPLATES, ids=_id)
def test_only_plain_texts_are_said(path: Path) -> None:
    """What `_()` is given counts as markup when it is said, so a variable in it would not be escaped."""
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text())
    calls = [node for node in tree.find_all(jinja2.nodes.Call) if getattr(node.node, "name", "") in {"_", "gettext"}]
    assert all(isinstance(call.args[0], jinja2.nodes.Const) for call in calls)


@pytest.mark.parametrize("path", _TEMPLATES, ids=_id)
def test_every_reference_resolves(path: Path) -> None:
    """The template compiles, and every template and macro that it names exists."""
    engine = TemplateEngine(_FOLDERS, {"icon": str, "asset": str, "font": str})
    folder = next(f for f in _FOLDERS if path.is_relative_to(f))
    tree = engine.environment.parse(path.read_text())
    engine.environment.get_template(str(path.relative_to(folder)))
    for node in tree.find_all((jinja2.nodes.FromImport, jinja2.nodes.Include, jinja2.nodes.Extends)):
        try:
            name = node.template.as_const()
        except jinja2.nodes.Impossible:  # chosen when it is drawn: what it may be is named by constants
            assert list(node.template.find_all(jinja2.nodes.Const))
            continue
        other = engine.environment.get_template(name)
        if isinstance(node, jinja2.nodes.FromImport):
            missing = [n for n in _names(node) if n not in _macros_of(engine, other)]
            assert not missing, f"{name} has no {missing}"


def _names(node: jinja2.nodes.FromImport) -> list[str]:
    return [name if isinstance(name, str) else name[0] for name in node.names]


def _macros_of(engine: TemplateEngine, template: jinja2.Template) -> set[str]:
    assert template.filename
    tree = engine.environment.parse(Path(template.filename).read_text())
    return {macro.name for macro in tree.find_all(jinja2.nodes.Macro)}


def test_undefined_names_are_faults() -> None:
    engine = TemplateEngine(_FOLDERS, {"icon": str})
    with pytest.raises(jinja2.UndefinedError):
        engine.render("partials/search.html", vm=object())


def test_output_is_escaped() -> None:
    engine = TemplateEngine([_PACKAGE / "shell" / "templates"], {"icon": lambda *_: ""})
    flash = type("Flash", (), {"kind": "info", "title": "<b>", "text": '"'})
    html = engine.render("partials/toast.html", vm=flash)
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
