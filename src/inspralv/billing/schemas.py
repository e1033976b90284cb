"""What is used of a plan."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from inspralv.tenancy.plans import Limit
from inspralv.tenancy.schemas import MaxAgents, MaxMinutes, MaxUsers


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


class LimitsChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly what is sent changes; null lets the organisation's figure hold again."""

    max_agents: MaxAgents | UnsetType | None = UNSET
    max_users: MaxUsers | UnsetType | None = UNSET
    max_minutes_per_month: MaxMinutes | UnsetType | None = UNSET


class LimitsForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of a workspace's limits: all of them. What is empty follows the organisation."""

    max_agents: MaxAgents | None = None
    max_users: MaxUsers | None = None
    max_minutes_per_month: MaxMinutes | None = None


class WorkspaceLimit(msgspec.Struct, frozen=True, kw_only=True):
    """One limit of a workspace. `own` is its own figure, null when it has none: then `otherwise` holds, as the plan or an
    agreement with the organisation (`source`) says. -1 as `own` and null as `otherwise` are unlimited."""

    name: str
    used: int
    own: int | None
    otherwise: int | None
    source: str


class WorkspaceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a workspace may hold, with what it holds."""

    id: str
    slug: str
    name: str
    limits: tuple[WorkspaceLimit, ...]
