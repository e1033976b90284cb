"""Letters with made-up content, by which developers see every template without an occasion to send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LetterSample:
    """`template` is the one of `mail/<template>.html` and `.txt`, `model` what it is drawn with."""

    template: str
    subject: str
    model: Any


@dataclass(frozen=True)
class LetterSamples:
    """The samples of every slice, as a part of the services."""

    samples: Sequence[LetterSample]

    def find(self, template: str) -> LetterSample | None:
        """Return the sample of a template, or None."""
        return next((one for one in self.samples if one.template == template), None)
