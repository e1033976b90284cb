"""The contexts that the kinds of access yield, from the least to the most entitled."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.named import Named
from inspralv.tenancy.permissions import (
    NOBODY,
    PARTNER_PERMISSIONS,
    WORKSPACE_PERMISSIONS,
    P,
    PartnerRole,
    WorkspaceRole,
)
from inspralv.tenancy.scopes import scope_of


class Person(Named, msgspec.Struct, frozen=True):
    """The signed-in user."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    avatar_url: str | None = None


class WorkspaceEntry(msgspec.Struct, frozen=True):
    """A workspace the person can enter, and as what."""

    id: UUID
    slug: str
    name: str
    role: WorkspaceRole
    description: str | None = None
    is_partner_admin_access: bool = False


class WorkspaceCard(msgspec.Struct, frozen=True):
    """The workspace of a request."""

    id: UUID
    slug: str
    name: str
    timezone: str
    resource_limits: dict[str, Any]


class Viewing(msgspec.Struct, frozen=True):
    """The operator looks as somebody else, until `until` at the latest. `operator` and `person` are name and address."""

    staff_id: UUID
    operator: str
    person: str
    until: datetime

    @property
    def acting_as(self) -> str:
        return f"{self.person}, looking only"


class PublicContext(Context):
    """Anybody on a partner's host. `person` is the signed-in user, if the route looked for one."""

    def __init__(self, services: Services, scope: Scope, actor: Actor, origin: Origin, partner: Partner) -> None:
        super().__init__(services, scope, actor, origin)
        self.partner = partner
        self.person: Person | None = None


class SignedInContext(PublicContext):
    """A signed-in user of the partner. `session_id` is the session of the request, or the API key it came with; `scopes`
    are those of the key, None for a session."""

    def __init__(
        self, services: Services, scope: Scope, actor: Actor, origin: Origin, partner: Partner, person: Person,
        session_id: UUID, partner_role: PartnerRole | None, workspaces: tuple[WorkspaceEntry, ...],
    ) -> None:  # fmt: skip
        super().__init__(services, scope, actor, origin, partner)
        self.me: Person = person
        self.person = person
        self.session_id = session_id
        self.partner_role = partner_role
        self.workspaces = workspaces
        self.permissions: frozenset[P] = PARTNER_PERMISSIONS[partner_role] if partner_role else NOBODY
        self.scopes: frozenset[str] | None = None
        self.key_workspace: UUID | None = None

    def may(self, permission: P) -> bool:
        """Whether the caller holds a right here, and its key carries it."""
        return permission in self.permissions and self.carries(scope_of(permission))

    def carries(self, scope: str) -> bool:
        """Whether the caller's key carries a scope; a session carries all."""
        return self.scopes is None or scope in self.scopes


class AccountContext(SignedInContext):
    """A signed-in person who looks after their own account."""


class PartnerContext(SignedInContext):
    """A member of the partner, seeing the whole partner."""


class WorkspaceContext(SignedInContext):
    """A member of one workspace, seeing that workspace only."""

    workspace: WorkspaceCard
    role: WorkspaceRole

    def enter(self, workspace: WorkspaceCard, role: WorkspaceRole) -> None:
        """Bind the workspace and the rights of the role there; partner rights stay."""
        self.workspace = workspace
        self.role = role
        self.permissions = self.permissions | WORKSPACE_PERMISSIONS[role]

    @property
    def here(self) -> UUID:
        """The id of the workspace."""
        return self.workspace.id
