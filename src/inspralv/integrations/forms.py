"""The forms of integrations: fields as they are typed become the bodies that the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors
from inspralv.integrations.schemas import Integration, IntegrationChange, NewIntegration

KEYS = ("default_secret_key", "default_public_key")


def values_of(integration: Integration) -> dict[str, str]:
    """Return what the form shows of a stored integration; never a key."""
    return {
        "name": integration.name,
        "version": str(integration.version),
        "is_active": "true" if integration.is_active else "",
        "config.region": integration.config.region or "",
        "config.shared_outbound_phone_number_id": integration.config.shared_outbound_phone_number_id or "",
    }


def read_new(fields: Mapping[str, str]) -> tuple[NewIntegration | None, Form[NewIntegration]]:
    """Return the new integration (None when there are faults) and the form to show again, without the keys."""
    raw: dict[str, Any] = {name: _text(fields, name) for name in ("provider", "name", "default_secret_key")}
    raw |= {"is_default": fields.get("is_default") == "true", "default_public_key": _text(fields, KEYS[1]) or None}
    raw["config"] = {"region": _text(fields, "config.region") or None}
    errors = find_errors(raw, NewIntegration)
    return (None if errors else msgspec.convert(raw, NewIntegration)), Form(without_keys(fields), messages(errors))


def read_change(fields: Mapping[str, str]) -> tuple[IntegrationChange | None, Form[IntegrationChange]]:
    """Return the change (None when there are faults) and the form to show again, without the keys. An empty key field
    keeps the key; the public one has a box to remove it."""
    raw: dict[str, Any] = {"name": _text(fields, "name"), "is_active": fields.get("is_active") == "true"}
    raw |= {name: _text(fields, name) for name in KEYS if _text(fields, name)}
    if fields.get("remove_public_key") == "true":
        raw["default_public_key"] = None
    names = ("region", "shared_outbound_phone_number_id")
    raw["config"] = {name: _text(fields, f"config.{name}") or None for name in names if f"config.{name}" in fields}
    errors = find_errors(raw, IntegrationChange)
    return (None if errors else msgspec.convert(raw, IntegrationChange)), Form(without_keys(fields), messages(errors))


def without_keys(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that may go back to the page."""
    return {name: value for name, value in fields.items() if name not in KEYS}


def _text(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()
