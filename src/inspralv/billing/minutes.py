"""Calls that we start stop when the month's minutes are used up. Calls that come in are answered and counted."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from inspralv.billing.queries import find_spent
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Forbidden
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.formats import day_of_year, number
from inspralv.tenancy.contexts import WorkspaceCard
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import Allowance, Limit, allowance
from inspralv.tenancy.room import who_says

_A_MINUTE = 60


async def require_minutes(wide: Context, partner: Partner, workspace: WorkspaceCard) -> None:
    """Refuse to start a call when the minutes of the organisation or of the workspace are used up. The context sees the
    whole partner. Raises Forbidden."""
    whole = allowance(partner, None, Limit.MINUTES)
    own = allowance(partner, workspace.resource_limits, Limit.MINUTES)
    if whole.most is None and own.most is None:
        return
    spent = await find_spent(wide, workspace.id)
    if own.source == "workspace" and _is_gone(own, spent.here):
        raise _used_up(wide, partner, own, workspace)
    if _is_gone(whole, spent.everywhere):
        raise _used_up(wide, partner, whole, workspace)


def next_month(today: date) -> date:
    """Return the first day of the month that follows."""
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1)


def _is_gone(allowed: Allowance, seconds: int) -> bool:
    return allowed.most is not None and seconds >= allowed.most * _A_MINUTE


def _used_up(ctx: Context, partner: Partner, allowed: Allowance, workspace: WorkspaceCard) -> Forbidden:
    again = next_month(ctx.now.astimezone(ZoneInfo(workspace.timezone)).date())
    return Forbidden(
        _(
            "%(who)s %(most)s minutes a month (%(name)s), and they are used up. Calls can be "
            "started again on %(again)s, or at once with more minutes: ask your organisation. Incoming "
            "calls are still answered.",
            who=who_says(partner, allowed),
            most=number(allowed.most),
            name=allowed.name,
            again=day_of_year(again),
        )
    )
