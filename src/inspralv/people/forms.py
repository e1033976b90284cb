"""The form that invites, as the bodies that the API takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors
from inspralv.people.circles import PARTNER, Circle
from inspralv.people.invitation_schemas import NewPartnerInvitation, NewWorkspaceInvitation

WORKSPACE_FIELD = "workspace."

NewInvitation = NewPartnerInvitation | NewWorkspaceInvitation


def read_invitation(fields: Mapping[str, str], circle: Circle) -> tuple[NewInvitation | None, Form[Any]]:
    """Return the invitation (None when there are faults) and the form to show again."""
    raw: dict[str, Any] = {name: fields.get(name, "").strip() for name in ("email", "role")}
    raw["message"] = fields.get("message", "").strip() or None
    kind: type[NewInvitation] = NewWorkspaceInvitation
    if circle is PARTNER:
        kind = NewPartnerInvitation
        raw["workspace_assignments"] = [
            {"workspace_id": name.removeprefix(WORKSPACE_FIELD), "role": role}
            for name, role in fields.items()
            if name.startswith(WORKSPACE_FIELD) and role
        ]
    errors = find_errors(raw, kind)
    return (None if errors else msgspec.convert(raw, kind)), Form(dict(fields), messages(errors))
