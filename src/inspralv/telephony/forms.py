"""The organisation's forms: fields as they are typed become the bodies that the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors
from inspralv.telephony.schemas import NewNumber, NewTrunk, Number, NumberChange, Trunk, TrunkChange

T = TypeVar("T")

PASSWORD = "sip_password"  # noqa: S105 - the name of a field
_WORDS = (
    "name", "description", "sip_server", "sip_transport", "sip_username", "sip_realm", "outbound_proxy",
    "outbound_caller_id",
)  # fmt: skip
_COUNTS = ("sip_port", "registration_expiry")
_SWITCHES = ("register", "is_active")
_OPTIONAL = {"description", "sip_realm", "outbound_proxy", "outbound_caller_id"}
USUAL_TRUNK = {
    "sip_port": "5060", "sip_transport": "udp", "register": "true", "registration_expiry": "3600", "is_active": "true",
}  # fmt: skip


def trunk_values(trunk: Trunk) -> dict[str, str]:
    """Return what the form shows of a stored trunk; never the password."""
    values = {name: _shown(getattr(trunk, name)) for name in (*_WORDS, *_COUNTS, *_SWITCHES)}
    return {**values, "version": str(trunk.version)}


def read_new_trunk(fields: Mapping[str, str]) -> tuple[NewTrunk | None, Form[NewTrunk]]:
    """Return the new trunk (None when there are faults) and the form to show again, without the password."""
    return _read({**_trunk(fields), PASSWORD: fields.get(PASSWORD, "")}, NewTrunk, fields)


def read_trunk_change(fields: Mapping[str, str]) -> tuple[TrunkChange | None, Form[TrunkChange]]:
    """Return the change and the form to show again. An empty password keeps the stored one."""
    password = fields.get(PASSWORD, "")
    return _read(_trunk(fields) | ({PASSWORD: password} if password else {}), TrunkChange, fields)


def number_values(number: Number) -> dict[str, str]:
    """Return what the form shows of a stored number."""
    names = ("friendly_name", "description", "sip_trunk_id", "assigned_workspace_id")
    switches = ("supports_inbound", "supports_outbound")
    return {name: _shown(getattr(number, name)) for name in (*names, *switches)} | {"version": str(number.version)}


def read_new_number(fields: Mapping[str, str]) -> tuple[NewNumber | None, Form[NewNumber]]:
    """Return the number to import (None when there are faults) and the form to show again."""
    raw: dict[str, Any] = {name: _text(fields, name) for name in ("phone_number", "integration_id")}
    optional = ("friendly_name", "description", "sip_trunk_id", "assigned_workspace_id")
    return _read(raw | {name: _text(fields, name) or None for name in optional}, NewNumber, fields)


def read_number_change(fields: Mapping[str, str]) -> tuple[NumberChange | None, Form[NumberChange]]:
    """Return the change (None when there are faults) and the form to show again. What the form does not have stays."""
    names = [one for one in ("friendly_name", "description", "assigned_workspace_id") if one in fields]
    raw: dict[str, Any] = {name: _text(fields, name) or None for name in names}
    if _text(fields, "sip_trunk_id"):
        raw["sip_trunk_id"] = _text(fields, "sip_trunk_id")
    if "_switches" in fields:
        raw |= {name: fields.get(name) == "true" for name in ("supports_inbound", "supports_outbound")}
    return _read(raw, NumberChange, fields)


def without_password(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that may go back to the page."""
    return {name: value for name, value in fields.items() if name != PASSWORD}


def version_of(fields: Mapping[str, str]) -> int | None:
    """Return the version that the form was made of."""
    text = fields.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - versions are 32-bit


def _trunk(fields: Mapping[str, str]) -> dict[str, Any]:
    words = {name: _text(fields, name) for name in _WORDS}
    raw: dict[str, Any] = {name: value or (None if name in _OPTIONAL else value) for name, value in words.items()}
    raw |= {name: int(text) if (text := _text(fields, name)).isdecimal() else text for name in _COUNTS}
    return raw | {name: fields.get(name) == "true" for name in _SWITCHES}


def _read(raw: dict[str, Any], kind: type[T], fields: Mapping[str, str]) -> tuple[T | None, Form[T]]:
    errors = find_errors(raw, kind)
    return (None if errors else msgspec.convert(raw, kind)), Form(without_password(fields), messages(errors))


def _text(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)
