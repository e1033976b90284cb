"""Refusing what a limit does not allow, in words that say which limit, who set it, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Forbidden
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.directory import Directory, Partner
from inspralv.tenancy.plans import Allowance, Limit, allowance, plan_of

_THINGS: Final = {
    Limit.WORKSPACES: ("workspace", "workspaces"),
    Limit.AGENTS: ("agent", "agents"),
    Limit.USERS: ("user, invitations included", "users, invitations included"),
    Limit.INTEGRATIONS: ("provider key", "provider keys"),
}
_WHAT_TO_DO: Final = {
    Limit.WORKSPACES: "Delete a workspace, or move to a larger plan (Organisation, Plan).",
    Limit.AGENTS: "Delete an agent, or ask your organisation for more.",
    Limit.USERS: "Remove somebody, cancel an invitation, or ask your organisation for more.",
    Limit.INTEGRATIONS: "Remove a key, or move to a larger plan (Organisation, Plan).",
}


def denial(
    partner: Partner, workspace_limits: Mapping[str, Any] | None, limit: Limit, taken: int, more: int = 1
) -> str | None:
    """Return why `more` do not fit beside those that are `taken`, in words for people; None when they do."""
    allowed = allowance(partner, workspace_limits, limit)
    if allowed.most is None or taken + more <= allowed.most:
        return None
    thing = _THINGS[limit][0 if allowed.most == 1 else 1]
    return f"{who_says(partner, allowed)} {allowed.most:,} {thing} ({allowed.name}), {taken:,} in use. {_WHAT_TO_DO[limit]}"


def require_room(
    partner: Partner, workspace_limits: Mapping[str, Any] | None, limit: Limit, taken: int, more: int = 1
) -> None:
    """Refuse what does not fit. Raises Forbidden."""
    if denied := denial(partner, workspace_limits, limit, taken, more):
        raise Forbidden(denied)


def who_says(partner: Partner, allowed: Allowance) -> str:
    """Return the beginning of a sentence that tells where a limit comes from."""
    match allowed.source:
        case "workspace":
            return "This workspace allows"
        case "partner":
            return f"What is agreed with {partner.label} allows"
        case _:
            return f"The {plan_of(partner).label} plan of {partner.label} allows"


async def partner_of(ctx: Context) -> Partner:
    """Return the context's partner, also in a job."""
    if isinstance(ctx, PublicContext):
        return ctx.partner
    return await ctx.services.get(Directory).by_id.get(ctx.partner_id)
