"""What is used of a plan."""

from __future__ import annotations

from typing import Any

import msgspec

from inspralv.tenancy.plans import Limit


class WorkspaceUse(msgspec.Struct, frozen=True, kw_only=True):
    """What one workspace holds. `users` counts invitations; `seconds` are of calls of its current month."""

    id: str
    slug: str
    name: str
    limits: dict[str, Any]
    agents: int
    users: int
    seconds: int


class PartnerUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner holds. `seconds` are of all calls of the month, those of deleted workspaces included."""

    integrations: int
    seconds: int
    workspaces: tuple[WorkspaceUse, ...]


class LimitOut(msgspec.Struct, frozen=True, kw_only=True):
    """One limit. `most` is null when it is unlimited. `used` is null for what each workspace has of its own.
    `source` says whether the plan or an agreement with the organisation sets it."""

    name: Limit
    used: int | None
    most: int | None
    source: str


class PlanOut(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of the organisation, with what is used of it. `price` is in US dollars a month, null on request."""

    tier: str
    label: str
    price: int | None
    limits: tuple[LimitOut, ...]
    features: dict[str, bool]
