"""/org/plan: what the organisation may use, and what it uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.billing import queries
from inspralv.billing.plan_view import plan_out
from inspralv.billing.schemas import PlanOut, WorkspaceUse
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.operator import Operator
from inspralv.tenancy.permissions import P
from inspralv.tenancy.plans import Feature, Limit, Plan, has_feature, limit_of, next_plan, plan_of

_SHOWN = 100
_A_MINUTE = 60


class Bar(msgspec.Struct, frozen=True):
    """Used of allowed; `most` is None when it is unlimited."""

    used: int
    most: int | None


class WorkspaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One workspace with its bars."""

    id: str
    slug: str
    name: str
    agents: Bar
    users: Bar
    minutes: Bar


class NextPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan above gives beyond what is there now."""

    plan: Plan
    limits: Mapping[Limit, int | None]
    features: tuple[Feature, ...]


class PlanPage(msgspec.Struct, frozen=True, kw_only=True):
    """`contact` is where to ask for another plan. `more` counts the workspaces that the table leaves
    out: those that used the fewest minutes."""

    plan: PlanOut
    rows: tuple[WorkspaceRow, ...]
    more: int
    above: NextPlan | None
    contact: str


@get("/org/plan", access=partner(P.PARTNER_STATS_READ))
async def show_plan(ctx: PartnerContext) -> View:
    """Show plan, limits and features, and what the next plan adds."""
    use = await queries.find_use(ctx)
    busiest = sorted(use.workspaces, key=lambda one: (-one.seconds, one.name))
    model = PlanPage(
        plan=plan_out(ctx.partner, use), rows=tuple(_row(ctx.partner, one) for one in busiest[:_SHOWN]),
        more=max(0, len(busiest) - _SHOWN), above=_above(ctx.partner), contact=ctx.services.get(Operator).email,
    )  # fmt: skip
    return View("billing/plan.html", model, title=_("Plan"), crumbs=[(_("Plan"), "")])


def _row(home: Partner, use: WorkspaceUse) -> WorkspaceRow:
    def most(limit: Limit, limits: Mapping[str, Any]) -> int | None:
        return limit_of(home, limits, limit)

    return WorkspaceRow(
        id=use.id, slug=use.slug, name=use.name, agents=Bar(use.agents, most(Limit.AGENTS, use.limits)),
        users=Bar(use.users, most(Limit.USERS, use.limits)),
        minutes=Bar(use.seconds // _A_MINUTE, most(Limit.MINUTES, use.limits)),
    )  # fmt: skip


def _above(home: Partner) -> NextPlan | None:
    """Return the next plan, unless it gives nothing more than what is agreed already."""
    plan = next_plan(plan_of(home))
    if plan is None:
        return None
    limits = {limit: most for limit, most in plan.limits.items() if _is_more(most, limit_of(home, None, limit))}
    features = tuple(one for one in Feature if one in plan.features and not has_feature(home, one))
    return NextPlan(plan=plan, limits=limits, features=features) if limits or features else None


def _is_more(offered: int | None, held: int | None) -> bool:
    return held is not None and (offered is None or offered > held)


ROUTES = (show_plan,)
