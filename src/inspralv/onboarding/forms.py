"""The three steps of an application: which fields stand on which, and what is wrong on one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors
from inspralv.onboarding.names import suggested_subdomain
from inspralv.onboarding.schemas import NewRequest

STEPS: tuple[tuple[str, ...], ...] = (
    ("company_name", "contact_name", "contact_email", "phone"),
    ("business_description", "expected_users", "use_case"),
    ("desired_subdomain", "custom_domain", "branding_data.primary_color", "branding_data.secondary_color",
     "logo"),
)  # fmt: skip
FIELDS = tuple(name for step in STEPS for name in step)
_NUMBERS = {"expected_users"}


def read_step(fields: Mapping[str, str], step: int) -> Form[Any]:
    """Return what was typed so far, with the faults of one step (0 to 2) and of none after it."""
    _wanted, form = read_request(fields)
    shown = {name for names in STEPS[: step + 1] for name in names}
    return Form(form.values, {name: words for name, words in form.errors.items() if name in shown})


def read_request(fields: Mapping[str, str]) -> tuple[NewRequest | None, Form[Any]]:
    """Return the application (None when there are faults) and the form to show again."""
    typed = {name: fields.get(name, "").strip() for name in FIELDS}
    if typed["company_name"] and not typed["desired_subdomain"]:
        typed["desired_subdomain"] = suggested_subdomain(typed["company_name"])
    raw: dict[str, Any] = {"branding_data": {}}
    for name, value in typed.items():
        group, _dot, leaf = name.rpartition(".")
        if value:  # an empty field is one that was not given
            (raw[group] if group else raw)[leaf] = _number(value) if name in _NUMBERS else value
    errors = messages(find_errors(raw, NewRequest))
    if typed["contact_email"] and "contact_email" in errors:
        errors["contact_email"] = _("Enter an address like name@company.com.")
    if "logo" in errors:
        typed["logo"] = ""  # nobody typed it, so nobody could correct it
    if fields.get("file"):  # its name: the form carries pictures that were uploaded, not files
        errors["logo"] = _("This file is not uploaded yet. Choose it again and upload it before you send the request.")
    return (None if errors else msgspec.convert(raw, NewRequest)), Form(typed, errors)


def step_of(errors: Mapping[str, str]) -> int:
    """Return the first step that has a fault; the last one for faults of none."""
    return next((i for i, names in enumerate(STEPS) if any(name in errors for name in names)), len(STEPS) - 1)


def _number(value: str) -> object:
    return int(value) if value.isdecimal() and len(value) < 10 else value  # noqa: PLR2004 - longer is out of range anyway
