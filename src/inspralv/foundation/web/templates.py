"""The template engine: Jinja, strict about undefined names, escaping everything, over the folders of all slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from inspralv.foundation.language.stored import retold
from inspralv.foundation.language.languages import spoken
from inspralv.foundation.language.texts import catalogue, pgettext, said
from inspralv.foundation.web import formats

_FILTERS = ("money", "duration", "number", "percent", "day", "month", "exact", "ago", "file_size", "phone", "initials")


class TemplateEngine:
    """Renders templates by name, such as "agents/list.html"; the first folder that has the name wins.

    `globals` are names that every template sees, macros included. Texts go through `_("…")`, and what Python has marked
    goes through the filter `said`, what is stored through `retold`; all speak the language of the request. Rendering raises jinja2.TemplateNotFound, or jinja2.UndefinedError for a name or
    attribute that the context lacks.
    """

    def __init__(self, folders: Sequence[Path], globals: Mapping[str, object]) -> None:  # noqa: A002 - Jinja's own word
        self.environment = jinja2.Environment(
            loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(folder) for folder in folders]),
            autoescape=_is_markup,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            extensions=["jinja2.ext.i18n"],
        )
        self.environment.install_gettext_callables(said, _plural, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]
        self.environment.filters.update({name: getattr(formats, name) for name in _FILTERS}, said=said, retold=retold)
        self.environment.globals.update(globals)

    def render(self, name: str, **context: Any) -> str:
        """Return the text of a template in this context."""
        return self.environment.get_template(name).render(**context)


def _plural(one: str, many: str, count: int) -> str:
    return catalogue(spoken()).ngettext(one, many, count)


def _is_markup(name: str | None) -> bool:
    """Everything is escaped but the plain text of mails."""
    return name is None or not name.endswith(".txt")
