"""The plan of an organisation as its page and its programs see it."""

from __future__ import annotations

from inspralv.billing.schemas import LimitOut, PartnerUse, PlanOut
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import Feature, Limit, allowance, has_feature, plan_of

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
