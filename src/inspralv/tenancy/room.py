"""Refusing what a limit does not allow or a feature is lacking for, in words that say which one, who set it, and what to
do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Forbidden
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.formats import number
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.directory import Directory, Partner
from inspralv.tenancy.plans import Allowance, Feature, Limit, allowance, has_feature

_THINGS: Final = {
    Limit.WORKSPACES: (N_("workspace"), N_("workspaces")),
    Limit.AGENTS: (N_("agent"), N_("agents")),
    Limit.USERS: (N_("user, invitations included"), N_("users, invitations included")),
    Limit.INTEGRATIONS: (N_("provider key"), N_("provider keys")),
}
_WHAT_TO_DO: Final = {
    Limit.WORKSPACES: N_("Delete a workspace, or move to a larger plan (Organisation, Plan)."),
    Limit.AGENTS: N_("Delete an agent, or ask your organisation for more."),
    Limit.USERS: N_("Remove somebody, cancel an invitation, or ask your organisation for more."),
    Limit.INTEGRATIONS: N_("Remove a key, or move to a larger plan (Organisation, Plan)."),
}


def denial(
    partner: Partner, workspace_limits: Mapping[str, Any] | None, limit: Limit, taken: int, more: int = 1
) -> str | None:
    """Return why `more` do not fit beside those that are `taken`, in words for people; None when they do."""
    allowed = allowance(partner, workspace_limits, limit)
    if allowed.most is None or taken + more <= allowed.most:
        return None
    thing = _THINGS[limit][0 if allowed.most == 1 else 1]
    return _(
        "%(who)s %(most)s %(thing)s (%(name)s), %(taken)s in use. %(what_to_do)s",
        who=who_says(partner, allowed),
        most=number(allowed.most),
        thing=said(thing),
        name=allowed.name,
        taken=number(taken),
        what_to_do=said(_WHAT_TO_DO[limit]),
    )


def require_room(
    partner: Partner, workspace_limits: Mapping[str, Any] | None, limit: Limit, taken: int, more: int = 1
) -> None:
    """Refuse what does not fit. Raises Forbidden."""
    if denied := denial(partner, workspace_limits, limit, taken, more):
        raise Forbidden(denied)


def require_feature(partner: Partner, feature: Feature, what: str) -> None:
    """Refuse what the partner lacks a feature for; `what` begins the sentence. Raises Forbidden."""
    if not has_feature(partner, feature):
        raise Forbidden(
            _(
                "%(what)s the feature %(value)s, which %(label)s does not have. Ask whoever runs %(label2)s.",
                what=what,
                value=feature.value,
                label=partner.label,
                label2=partner.label,
            )
        )


def who_says(partner: Partner, allowed: Allowance) -> str:
    """Return the beginning of a sentence that tells where a limit comes from."""
    match allowed.source:
        case "workspace":
            return _("This workspace allows")
        case "partner":
            return _("What is agreed with %(label)s allows", label=partner.label)
        case _:
            return _("The plan of %(label)s allows", label=partner.label)  # which one is nothing for its clients


async def partner_of(ctx: Context) -> Partner:
    """Return the context's partner, also in a job."""
    if isinstance(ctx, PublicContext):
        return ctx.partner
    return await ctx.services.get(Directory).by_id.get(ctx.partner_id)
