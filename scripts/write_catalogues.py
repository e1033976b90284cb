"""Brings the catalogues of src/inspralv/foundation/language up to date with the texts of code and templates. Texts that
are new have no translation yet, texts that nobody says any more leave. A test compares."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from inspralv.foundation.language.languages import LANGUAGES, SOURCE
from inspralv.foundation.language.texts import CATALOGUES

ROOT = Path(__file__).resolve().parent.parent / "src" / "inspralv"
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
_KEYWORDS = {
    "_": None,
    "N_": None,
    "Text": None,
    "Stored": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_OPTIONS = {
    "**/templates/**": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
}


def texts() -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Yield every text that is marked, one with a plural as a pair, and what it is said of, where that matters."""
    found = extract_from_dir(ROOT, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=())
    for _file, _line, text, _comments, about in found:
        if text:
            yield text, about


def renewed(language: str) -> Catalog:
    """Return the catalogue of a language with exactly the texts there are."""
    path = CATALOGUES / f"{language}.po"
    old = read_po(BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
    new = Catalog(locale=language, project="Inspralv", version="", fuzzy=False)
    for text, about in sorted(set(texts()), key=str):
        key = text[0] if isinstance(text, tuple) else text
        known = old.get(key, about)
        new.add(text, known.string if known and isinstance(known.id, type(text)) else None, context=about)
    return new


def written(language: str) -> bytes:
    """Return the renewed catalogue of a language as a file."""
    file = BytesIO()
    write_po(file, renewed(language), omit_header=True, no_location=True, sort_output=True, width=120)
    return file.getvalue()


def main() -> None:
    for language in LANGUAGES:
        if language != SOURCE:
            (CATALOGUES / f"{language}.po").write_bytes(written(language))


if __name__ == "__main__":
    main()
