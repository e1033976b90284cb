"""The two circles that people belong to: the partner, and one workspace of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from inspralv.tenancy.permissions import PARTNER_ROLES, WORKSPACE_ROLES


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """What the statements and words of a circle are made of. `roles` are from low to high, `given` those that an
    invitation may give; `fence` is a part of statements."""

    kind: Literal["partner", "workspace"]
    roles: tuple[str, ...]
    given: tuple[str, ...]
    members: str
    invitations: str
    accept_path: str

    def fence(self, alias: str) -> str:
        """Return the predicate that keeps a statement inside the circle."""
        where = f"{alias}.partner_id = $partner"
        return f"{where} AND {alias}.workspace_id = $workspace" if self.kind == "workspace" else where


PARTNER = Circle(
    kind="partner", roles=PARTNER_ROLES, given=("member", "admin", "owner"), members="partner_members",
    invitations="partner_invitations", accept_path="/accept-partner-invitation",
)  # fmt: skip
WORKSPACE = Circle(
    kind="workspace", roles=WORKSPACE_ROLES, given=("viewer", "member", "admin"), members="workspace_members",
    invitations="workspace_invitations", accept_path="/accept-workspace-invitation",
)  # fmt: skip
