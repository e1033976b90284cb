"""The forms of integrations: fields as they are typed become the bodies that the API takes.

Secrets are called `default_<name>`, plain fields of the credentials `config.<name>`; secrets never go back to the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors
from inspralv.integrations.credentials import SECRETS, CredentialField
from inspralv.integrations.schemas import USUAL_OVERLAP, Integration, IntegrationChange, NewIntegration, plain_values

T = TypeVar("T")
KEYS = tuple(f"default_{name}" for name in SECRETS)
_NUMBER = "config.shared_outbound_phone_number_id"


def form_name(field: CredentialField) -> str:
    """Return what a field of the credentials is called in the forms and in the API."""
    return f"default_{field.name}" if field.is_secret else f"config.{field.name}"


def values_of(integration: Integration) -> dict[str, str]:
    """Return what the forms show of a stored integration; never a key."""
    return {
        "name": integration.name,
        "version": str(integration.version),
        "is_active": "true" if integration.is_active else "",
        "overlap_hours": str(USUAL_OVERLAP),
        _NUMBER: integration.config.shared_outbound_phone_number_id or "",
        **{f"config.{name}": value or "" for name, value in plain_values(integration.config).items()},
    }


def read_new(
    fields: Mapping[str, str], asked: Sequence[CredentialField]
) -> tuple[NewIntegration | None, Form[NewIntegration]]:
    """Return the new integration (None when there are faults) and the form to show again, without the keys."""
    raw: dict[str, Any] = {name: _text(fields, name) for name in ("provider", "name", "default_secret_key")}
    raw |= {"is_default": fields.get("is_default") == "true", **_given_secrets(fields, asked)}
    raw["config"] = _plain(fields, asked)
    return _read(fields, raw, NewIntegration)


def read_change(fields: Mapping[str, str]) -> tuple[IntegrationChange | None, Form[IntegrationChange]]:
    """Return the change of everything but the credentials (None when there are faults) and the form to show again."""
    raw: dict[str, Any] = {"name": _text(fields, "name"), "is_active": fields.get("is_active") == "true"}
    if _NUMBER in fields:
        raw["config"] = {"shared_outbound_phone_number_id": _text(fields, _NUMBER) or None}
    return _read(fields, raw, IntegrationChange)


def read_replacement(
    fields: Mapping[str, str], asked: Sequence[CredentialField]
) -> tuple[IntegrationChange | None, Form[IntegrationChange]]:
    """Return the new credentials (None when there are faults) and the form to show again, without the keys. An empty
    secret keeps the stored one; those that are optional have a box to remove them."""
    raw: dict[str, Any] = {**_given_secrets(fields, asked), "config": _plain(fields, asked)}
    for field in asked:
        if field.is_secret and not field.required and fields.get(f"remove_{field.name}") == "true":
            raw[form_name(field)] = None
    hours = _text(fields, "overlap_hours")
    if hours:
        raw["overlap_hours"] = int(hours) if hours.isdecimal() and hours.isascii() else hours
    return _read(fields, raw, IntegrationChange)


def without_keys(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that may go back to the page."""
    return {name: value for name, value in fields.items() if name not in KEYS}


def _read(fields: Mapping[str, str], raw: dict[str, Any], kind: type[T]) -> tuple[T | None, Form[T]]:
    errors = find_errors(raw, kind)
    return (None if errors else msgspec.convert(raw, kind)), Form(without_keys(fields), messages(errors))


def _given_secrets(fields: Mapping[str, str], asked: Sequence[CredentialField]) -> dict[str, str]:
    names = [form_name(field) for field in asked if field.is_secret]
    return {name: _text(fields, name) for name in names if _text(fields, name)}


def _plain(fields: Mapping[str, str], asked: Sequence[CredentialField]) -> dict[str, str | None]:
    sent = [field.name for field in asked if not field.is_secret and f"config.{field.name}" in fields]
    return {name: _text(fields, f"config.{name}") or None for name in sent}


def _text(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()
