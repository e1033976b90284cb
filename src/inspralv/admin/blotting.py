"""Hiding secrets in what staff look at: bodies of webhooks, errors of jobs, texts of mails."""

from __future__ import annotations

import json
import re
from typing import Any

_HIDDEN = "••••••"
_NAME = re.compile(
    r"secret|token|passw|authorization|api[-_]?key|credential|private[-_]?key|signature|cookie", re.IGNORECASE
)
_IN_TEXT = re.compile(
    r"(?P<name>(?:[\w-]*(?:secret|token|passw\w*|api[-_]?key|signature))\s*[=:]\s*|bearer\s+)(?P<value>[^\s\"'&<>,;]+)",
    re.IGNORECASE,
)
_LONGEST = 200_000  # bytes that a page shows


def blotted_body(body: bytes) -> str:
    """Return a body for reading: JSON laid out, values of secret names hidden; other text as it is, hidden likewise."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return blotted_text(body[:_LONGEST].decode(errors="replace"))
    return json.dumps(_blotted(read), indent=2, ensure_ascii=False)[:_LONGEST]


def blotted_text(text: str) -> str:
    """Return text in which what follows a secret name ("token=…", "Bearer …") is hidden."""
    return _IN_TEXT.sub(lambda found: f"{found['name']}{_HIDDEN}", text)


def _blotted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _HIDDEN if _NAME.search(name) and inner else _blotted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_blotted(inner) for inner in value]
    return blotted_text(value) if isinstance(value, str) else value
