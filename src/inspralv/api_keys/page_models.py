"""What the page of API keys shows, and what its form means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from inspralv.api_keys.schemas import ApiKey, CreatedApiKey, NewApiKey
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.forms import Form
from inspralv.tenancy.contexts import WorkspaceEntry
from inspralv.tenancy.scopes import ACCOUNT, SCOPES, is_of_workspaces

_AREAS = {
    "agents": N_("Agents"),
    "analytics": N_("Analytics"),
    "audit": N_("Audit log"),
    "billing": N_("Billing"),
    "branding": N_("Branding"),
    "conversations": N_("Conversations"),
    "dashboard": N_("Dashboard"),
    "integrations": N_("Integrations"),
    "knowledge": N_("Knowledge"),
    "leads": N_("Leads"),
    "members": N_("Members"),
    "security": N_("Security"),
    "settings": N_("Settings"),
    "stats": N_("Statistics"),
    "telephony": N_("Telephony"),
    "workspaces": N_("Workspaces"),
}

LIVES: Final = {"30": 30, "90": 90, "365": 365, "never": None}


class AreaRow(msgspec.Struct, frozen=True):
    """An area of the form; `scopes` are those it has, of reading and writing."""

    area: str
    label: str
    scopes: tuple[str, ...]


class AreaGroup(msgspec.Struct, frozen=True):
    """Areas under a heading: "workspace", "partner" or "account"."""

    kind: str
    rows: tuple[AreaRow, ...]


class KeyCard(msgspec.Struct, frozen=True):
    """A key of the list. `reach` is "all", "read" or "some"."""

    key: ApiKey
    reach: str
    expired: bool


class KeysPage(msgspec.Struct, frozen=True, kw_only=True):
    """`created` is a key that was just made; `allowed` is False where the partner has no API."""

    keys: tuple[KeyCard, ...]
    form: Form[Any]
    workspaces: tuple[WorkspaceEntry, ...]
    groups: tuple[AreaGroup, ...]
    allowed: bool
    created: CreatedApiKey | None = None


class KeyPage(msgspec.Struct, frozen=True):
    """One key, and the question whether to revoke it."""

    card: KeyCard
    groups: tuple[AreaGroup, ...]


def card_of(key: ApiKey, now: datetime) -> KeyCard:
    """Return a key with its reach in one word."""
    own = set(key.scopes)
    possible = {s for s in SCOPES if key.workspace is None or is_of_workspaces(s)}
    reach = "all" if possible <= own else "read" if own == {s for s in possible if s.endswith(":read")} else "some"
    return KeyCard(key, reach, key.expires_at is not None and key.expires_at <= now)


def groups_of(scopes: tuple[str, ...] = SCOPES) -> tuple[AreaGroup, ...]:
    """Return the areas of some scopes in their groups."""
    areas = dict.fromkeys(scope.partition(":")[0] for scope in scopes)
    rows = [AreaRow(a, _label(a), tuple(s for s in scopes if s.partition(":")[0] == a)) for a in areas]
    kinds = ("workspace", "partner", ACCOUNT)
    found = [AreaGroup(kind, tuple(row for row in rows if row.area.partition(".")[0] == kind)) for kind in kinds]
    return tuple(group for group in found if group.rows)


def _label(area: str) -> str:
    kind, _rest, rest = area.partition(".")
    return said(_AREAS.get(rest, "")) or {
        "workspace": _("The workspace itself"),
        "partner": _("The organisation itself"),
    }.get(kind, _("Your account"))


def wanted_of(fields: Mapping[str, str], now: datetime) -> tuple[NewApiKey | None, Form[Any]]:
    """Read the form: what the key may do is chosen as a whole or area by area."""
    workspace = fields.get("workspace", "").strip() or None
    errors = {}
    name = fields.get("name", "").strip()
    if not name:
        errors["name"] = _("This field is required.")
    elif len(name) > 60:  # noqa: PLR2004 - as the API says
        errors["name"] = _("Use at most 60 characters.")
    scopes = _scopes(fields, workspace)
    if not scopes:
        errors["access"] = _("Choose at least one area.")
    if fields.get("life", "") not in LIVES:
        errors["life"] = _("Choose one of the offered values.")
    form: Form[Any] = Form(dict(fields), errors)
    if errors:
        return None, form
    days = LIVES[fields["life"]]
    return NewApiKey(name, scopes, workspace, now + timedelta(days=days) if days else None), form


def _scopes(fields: Mapping[str, str], workspace: str | None) -> list[str]:
    possible = [s for s in SCOPES if workspace is None or is_of_workspaces(s)]
    if fields.get("access") == "all":
        return possible
    if fields.get("access") == "read":
        return [s for s in possible if s.endswith(":read")]
    return [s for s in SCOPES if f"scope.{s}" in fields]
