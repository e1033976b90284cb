"""A page or partial as a handler returns it: a template and its typed context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from inspralv.foundation.context import Context


@dataclass(frozen=True)
class View:
    """`model` reaches the template as `vm`. A view with a `title` is a whole page in its frame (breadcrumbs in
    `crumbs` as (label, href) pairs, the last href empty); one without is a partial.

    `flash` is a toast: (kind, title, text).
    """

    template: str
    model: Any
    title: str = ""
    crumbs: Sequence[tuple[str, str]] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[Cookie] = ()
    flash: tuple[str, str, str] | None = None


class Renderer:
    """Turns a view into HTML. The shell provides the one that knows frames, brand and navigation."""

    def render(self, ctx: Context, request: Request[Any, Any, Any], view: View) -> str:
        raise NotImplementedError
