"""The one table of plans: what each costs, allows and includes. Pages show it, rules enforce it.

What is agreed with one partner or one workspace overrides the plan: `partners.resource_limits` and
`workspaces.resource_limits` by name (-1 is unlimited), `partners.features` by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from inspralv.tenancy.directory import Partner


class Limit(StrEnum):
    """What is counted, by its name in `partners.resource_limits`. Minutes are per calendar month (UTC) and of the
    whole organisation; knowledge is in bytes."""

    WORKSPACES = "max_workspaces"
    AGENTS = "max_agents_per_workspace"
    USERS = "max_users_per_workspace"
    MINUTES = "max_minutes_per_month"
    INTEGRATIONS = "max_integrations"
    KNOWLEDGE = "max_knowledge_bytes"


class Feature(StrEnum):
    """What a plan may include, by its name in `partners.features`."""

    WHITE_LABEL = "white_label"
    CUSTOM_DOMAIN = "custom_domain"
    API_ACCESS = "api_access"
    ADVANCED_ANALYTICS = "advanced_analytics"
    SSO = "sso"


class Plan(msgspec.Struct, frozen=True):
    """`price` is in whole US dollars a month, None on request; a limit of None is unlimited."""

    tier: str
    label: str
    price: int | None
    limits: Mapping[Limit, int | None]
    features: frozenset[Feature]


class Allowance(msgspec.Struct, frozen=True):
    """How much is allowed (None: unlimited), by which name, and who said so: workspace, partner or plan."""

    most: int | None
    name: str
    source: str


_MEGABYTE: Final = 10**6
_GIGABYTE: Final = 10**9
OF_WORKSPACE: Final = {  # as a workspace names them
    Limit.AGENTS: "max_agents",
    Limit.USERS: "max_users",
    Limit.MINUTES: "max_minutes_per_month",
}


def _limits(
    workspaces: int | None, agents: int | None, users: int | None, minutes: int | None,
    integrations: int | None, knowledge: int | None,
) -> dict[Limit, int | None]:  # fmt: skip
    return dict(zip(Limit, (workspaces, agents, users, minutes, integrations, knowledge), strict=True))


_ALL_BUT_SSO = frozenset(Feature) - {Feature.SSO}
PLANS: Final = (
    Plan("free", "Free", 0, _limits(1, 1, 2, 100, 1, 100 * _MEGABYTE), frozenset()),
    Plan(
        "starter", "Starter", 79, _limits(5, 5, 10, 1_000, 2, 10 * _GIGABYTE),
        frozenset({Feature.CUSTOM_DOMAIN, Feature.API_ACCESS}),
    ),
    Plan("pro", "Pro", 249, _limits(25, 25, 50, 5_000, None, 50 * _GIGABYTE), _ALL_BUT_SSO),
    Plan("enterprise", "Enterprise", None, _limits(None, None, None, None, None, None), frozenset(Feature)),
)  # fmt: skip
_BY_TIER: Final = {plan.tier: plan for plan in PLANS}


def plan_named(tier: str) -> Plan | None:
    """Return a plan by its tier, or None."""
    return _BY_TIER.get(tier)


def plan_of(partner: Partner) -> Plan:
    """Return the partner's plan."""
    return _BY_TIER[partner.plan_tier]


def next_plan(plan: Plan) -> Plan | None:
    """Return the plan above; None above the largest."""
    above = PLANS.index(plan) + 1
    return PLANS[above] if above < len(PLANS) else None


def allowance(partner: Partner, workspace_limits: Mapping[str, Any] | None, limit: Limit) -> Allowance:
    """Return what holds: the partner's figure, else the plan's; or the workspace's own share of it. A share that is
    larger, as after a smaller plan, gives no more than the whole."""
    if limit in partner.resource_limits:
        whole = Allowance(_figure(partner.resource_limits[limit]), limit.value, "partner")
    else:
        whole = Allowance(plan_of(partner).limits[limit], limit.value, "plan")
    name = OF_WORKSPACE.get(limit, "")
    if not workspace_limits or name not in workspace_limits:
        return whole
    own = Allowance(_figure(workspace_limits[name]), name, "workspace")
    return whole if whole.most is not None and (own.most is None or own.most > whole.most) else own


def limit_of(partner: Partner, workspace_limits: Mapping[str, Any] | None, limit: Limit) -> int | None:
    """Return how much is allowed; None when unlimited. `workspace_limits` is None for the whole partner."""
    return allowance(partner, workspace_limits, limit).most


def has_feature(partner: Partner, feature: Feature) -> bool:
    """Whether the partner has a feature: as was agreed with it, else as its plan says."""
    agreed = partner.features.get(feature)
    return bool(agreed) if agreed is not None else feature in plan_of(partner).features


def _figure(value: Any) -> int | None:
    return None if value is None or int(value) < 0 else int(value)
