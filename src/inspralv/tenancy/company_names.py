"""How a company is called, by one rule wherever that is typed: who applies with a name keeps it as a partner."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.message import header

MOST = 255
CompanyName = Annotated[
    str, Meta(min_length=1, max_length=MOST, pattern=r"\S", description="The name that people see.")
]
# May be empty: then people see the partner's own name.
ShownName = Annotated[str, Meta(max_length=MOST, description="The name that people see.")]


def required(typed: str, pointer: str) -> str:
    """Return a name on one line. Raises Invalid at `pointer` when nothing is left of it."""
    name = header(typed)
    if not name:
        message = _("This field is required.")
        raise Invalid(message, errors=(FieldError(pointer, message),))
    return name
