"""Defaults of variables as Liquid writes them, and back.

An assistant has no place for defaults (only a call brings `variableValues`, contract section 5), so they stand in the
texts: `{{name | default: "value"}}`, which Liquid takes when there is no value or an empty one. What was added travels
in the metadata too, so that it can be told from what a person wrote, and taken out again without a trace.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

METADATA_KEY = "variable_defaults"
_NAME = re.compile(r"[A-Za-z_]\w*")
_BARE = re.compile(r"\{\{(\s*)([A-Za-z_]\w*)(\s*)\}\}")


def with_defaults(text: str, defaults: Mapping[str, str]) -> str:
    """The text with a default at every name that has one."""

    def written(match: re.Match[str]) -> str:
        before, name, after = match.groups()
        return f"{{{{{before}{name}{_filter(defaults[name])}{after}}}}}" if name in defaults else match[0]

    return _BARE.sub(written, text)


def without_defaults(text: str, defaults: Mapping[str, str]) -> str:
    """The text as it was before `with_defaults`."""
    for name, value in defaults.items():
        added = re.compile(r"\{\{(\s*)" + re.escape(name + _filter(value)) + r"(\s*)\}\}")
        text = added.sub(rf"{{{{\g<1>{name}\g<2>}}}}", text)
    return text


def defaults_json(defaults: Mapping[str, str]) -> str | None:
    """What the metadata say of the defaults; None when there are none."""
    return msgspec.json.encode(dict(defaults), order="sorted").decode() if defaults else None


def defaults_of(value: Any) -> dict[str, str]:
    """The defaults that the metadata tell of; none when it is nothing of ours."""
    try:
        found = msgspec.json.decode(value, type=dict[str, str]) if isinstance(value, str) else {}
    except msgspec.DecodeError:
        return {}
    return {name: text for name, text in found.items() if _NAME.fullmatch(name)}


def _filter(value: str) -> str:
    quote = "'" if '"' in value and "'" not in value else '"'
    escaped = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f" | default: {quote}{escaped}{quote}"
