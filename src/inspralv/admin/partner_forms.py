"""What staff type into the forms of partners, as the structs that the actions take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from inspralv.admin.partner_schemas import FeatureFlags, NewPartner, Partner, PartnerChange, ResourceLimits
from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors

T = TypeVar("T")

FEATURES = tuple(FeatureFlags.__struct_fields__)
LIMITS = tuple(ResourceLimits.__struct_fields__)
_SWITCH = {"on": True, "off": False}


def read_new(data: Mapping[str, str]) -> tuple[NewPartner | None, Form[Any]]:
    """Read the form for a new partner. Empty fields count as not given."""
    typed = {name: value.strip() for name, value in data.items()}
    first, _, last = typed.get("owner_name", "").partition(" ")
    raw: dict[str, Any] = {
        "name": typed.get("name", ""), "slug": typed.get("slug", "").lower(), "branding": _brand(typed),
        "plan_tier": typed.get("plan_tier", ""), "admin_email": typed.get("admin_email", ""),
        "admin_first_name": first, "admin_last_name": last.strip(),
    }  # fmt: skip
    if typed.get("hostname"):
        raw["hostname"] = typed["hostname"].lower()
    if typed.get("first_workspace_name"):
        raw["first_workspace_name"] = typed["first_workspace_name"]
    return _read(data, raw, NewPartner)


def read_change(data: Mapping[str, str]) -> tuple[PartnerChange | None, Form[Any]]:
    """Read the form of a partner: all of its fields, so that what is empty follows the plan again."""
    typed = {name: value.strip() for name, value in data.items()}
    raw: dict[str, Any] = {
        "name": typed.get("name", ""), "plan_tier": typed.get("plan_tier", ""),
        "branding": {"company_name": typed.get("company_name", ""), **_brand(typed)},
        "features": {name: _SWITCH[typed[name]] for name in FEATURES if typed.get(name) in _SWITCH},
        "resource_limits": {name: _figure(typed[name]) for name in LIMITS if typed.get(name)},
    }  # fmt: skip
    return _read(data, raw, PartnerChange)


def stored_values(partner: Partner) -> dict[str, str]:
    """Return what the form of a partner shows."""
    switches = {True: "on", False: "off"}
    return {
        "name": partner.name,
        "company_name": str(partner.branding.get("company_name", "")),
        "primary_color": str(partner.branding.get("primary_color", "#7c3aed")),
        "plan_tier": partner.plan_tier,
        **{name: switches.get(partner.features.get(name), "") for name in FEATURES},  # type: ignore[arg-type]
        **{name: str(partner.resource_limits.get(name, "")) for name in LIMITS},
    }


def _brand(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed[name] for name in ("company_name", "primary_color") if typed.get(name)}


def _figure(text: str) -> Any:
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 10 else text  # noqa: PLR2004 - digits of any limit


def _read(data: Mapping[str, str], raw: dict[str, Any], kind: type[T]) -> tuple[T | None, Form[Any]]:
    errors = find_errors(raw, kind)
    told = messages(errors)
    flat = {name.rpartition(".")[2]: message for name, message in told.items()}
    return (None if errors else msgspec.convert(raw, kind)), Form(dict(data), flat)
