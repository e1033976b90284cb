"""The plan of an organisation, and the limits of a workspace, as pages and programs see them."""

from __future__ import annotations

from inspralv.billing.schemas import LimitOut, PartnerUse, PlanOut, WorkspaceLimit, WorkspaceLimits, WorkspaceUse
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import OF_WORKSPACE, Feature, Limit, allowance, has_feature, plan_of

_A_MINUTE = 60


def plan_out(partner: Partner, use: PartnerUse) -> PlanOut:
    """Return plan, limits with what is used of them, and features."""
    plan = plan_of(partner)
    used: dict[Limit, int | None] = {
        Limit.WORKSPACES: len(use.workspaces), Limit.MINUTES: use.seconds // _A_MINUTE,
        Limit.INTEGRATIONS: use.integrations,
    }  # fmt: skip
    limits = []
    for limit in Limit:
        allowed = allowance(partner, None, limit)
        limits.append(LimitOut(name=limit, used=used.get(limit), most=allowed.most, source=allowed.source))
    features = {feature.value: has_feature(partner, feature) for feature in Feature}
    return PlanOut(tier=plan.tier, label=plan.label, price=plan.price, limits=tuple(limits), features=features)


def workspace_limits(partner: Partner, use: WorkspaceUse) -> WorkspaceLimits:
    """Return what a workspace may hold: its own figures, and what holds without them."""
    used = {Limit.AGENTS: use.agents, Limit.USERS: use.users, Limit.MINUTES: use.seconds // _A_MINUTE}
    limits = []
    for limit, name in OF_WORKSPACE.items():
        allowed = allowance(partner, None, limit)
        limits.append(
            WorkspaceLimit(
                name=name, used=used[limit], own=use.limits.get(name), otherwise=allowed.most, source=allowed.source
            )
        )
    return WorkspaceLimits(id=use.id, slug=use.slug, name=use.name, limits=tuple(limits))
