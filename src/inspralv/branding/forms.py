"""The forms of brand and mail: fields as they are typed become the bodies that the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.branding.mail_schemas import MailChange, MailRow
from inspralv.branding.schemas import Brand, PartnerChange
from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors

BRAND_FIELDS = ("company_name", "primary_color", "secondary_color", "logo_url", "favicon_url", "support_email",
                "footer_text", "privacy_url", "terms_url", "help_url", "language")  # fmt: skip
_REQUIRED = {"company_name", "primary_color", "secondary_color"}
MAIL_FIELDS = ("way", "sender_name", "sender_address", "smtp_host", "smtp_port", "smtp_security", "smtp_user")
_SECRETS = ("smtp_password", "resend_key")


def values_of_brand(brand: Brand, label: str) -> dict[str, str]:
    """Return what the form shows of a stored brand; `label` is the name that people see."""
    stored = {name: getattr(brand.branding, name) or "" for name in BRAND_FIELDS}
    return {**stored, "company_name": label, "name": brand.name, "version": str(brand.version)}


def read_brand(fields: Mapping[str, str]) -> tuple[PartnerChange | None, Form[PartnerChange]]:
    """Return the change (None when there are faults) and the form to show again."""
    branding: dict[str, Any] = {}
    for name in BRAND_FIELDS:
        if name in fields:
            text = fields[name].strip()
            branding[name] = text if text or name in _REQUIRED else None
    raw: dict[str, Any] = {"branding": branding}
    if "name" in fields:
        raw["name"] = fields["name"].strip()
    errors = find_errors(raw, PartnerChange)
    return (None if errors else msgspec.convert(raw, PartnerChange)), Form(dict(fields), flat(messages(errors)))


def flat(errors: dict[str, str]) -> dict[str, str]:
    """Return messages under the names that the form uses."""
    return {name.removeprefix("branding."): words for name, words in errors.items()}


def values_of_mail(row: MailRow) -> dict[str, str]:
    """Return what the form shows of stored settings; never a secret."""
    shown = {name: getattr(row, name) for name in MAIL_FIELDS}
    return {name: "" if value is None else str(value) for name, value in shown.items()} | {"version": str(row.version)}


def read_mail(fields: Mapping[str, str]) -> tuple[MailChange | None, Form[MailChange]]:
    """Return the change (None when there are faults) and the form to show again. An empty secret keeps the stored one;
    a box removes the password."""
    raw: dict[str, Any] = {}
    for name in MAIL_FIELDS:
        if name in fields:
            text = fields[name].strip()
            raw[name] = _port(text) if name == "smtp_port" and text else text or None
    for name in _SECRETS:
        if fields.get(name, "").strip():
            raw[name] = fields[name].strip()
    if fields.get("remove_smtp_password") == "true" and "smtp_password" not in raw:
        raw["smtp_password"] = None
    errors = find_errors(raw, MailChange)
    return (None if errors else msgspec.convert(raw, MailChange)), Form(without_secrets(fields), messages(errors))


def without_secrets(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that may go back to the page."""
    return {name: value for name, value in fields.items() if name not in _SECRETS}


def version_of(fields: Mapping[str, str]) -> int | None:
    """Return the version that a form was filled in for."""
    text = fields.get("version", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None  # noqa: PLR2004 - 32 bits


def _port(text: str) -> object:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 6 else text  # noqa: PLR2004 - 65535
