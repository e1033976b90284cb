"""What the forms of this slice have in common: passwords as they were typed, and refusals beside the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from inspralv.accounts.password_policy import find_faults
from inspralv.foundation.errors import Refusal, TooMany
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, read_form

UNPROCESSABLE = 422
_PASSWORDS = ("password", "current_password")
S = TypeVar("S", bound=msgspec.Struct)


def read_account_form(fields: Mapping[str, str], kind: type[S]) -> tuple[S | None, Form[S]]:
    """Return the struct, its password with every blank that was typed, and the form without it.

    A form with a `confirmation` asks for a new password: its faults are told together with those of the other fields.
    """
    wanted, form = read_form({name: value for name, value in fields.items() if name != "confirmation"}, kind)
    errors = dict(form.errors)
    if "email" in errors and fields.get("email", "").strip():
        errors["email"] = _("Enter an address like name@company.com.")
    if "confirmation" in fields:
        errors |= _faults_of_new_password(fields)
    shown: Form[S] = Form(_without_passwords(fields), errors)
    if wanted is None or errors:
        return None, shown
    typed = {name: fields[name] for name in _PASSWORDS if fields.get(name)}
    if typed:
        wanted = msgspec.structs.replace(wanted, **typed)
    return wanted, shown


def _faults_of_new_password(fields: Mapping[str, str]) -> dict[str, str]:
    password, names = (
        fields.get("password", ""),
        (fields.get("firstName", "").strip(), fields.get("lastName", "").strip()),
    )
    found = {}
    if password and (faults := find_faults(password, email=fields.get("email", "").strip(), names=names)):
        found["password"] = " ".join(faults)
    if fields["confirmation"] != password:
        found["confirmation"] = _("The two passwords differ.")
    return found


def refused(form: Form[S], refusal: Refusal) -> Form[S]:
    """Return the form with the refusal's messages: all of a field beside it, anything else above the form."""
    told: dict[str, str] = {}
    for error in refusal.errors:
        name = error.pointer.strip("/")
        told[name] = f"{told[name]} {error.message}" if name in told else error.message
    return Form(form.values, told or {"": refusal.detail})


def status_of(refusal: Refusal) -> int:
    """Return the status of a form that comes back."""
    return refusal.status if isinstance(refusal, TooMany) else UNPROCESSABLE


def _without_passwords(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in {*_PASSWORDS, "confirmation"}}
