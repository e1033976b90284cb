"""Which limits are nearly or fully used, and what of that is news."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from inspralv.billing.schemas import PartnerUse, WorkspaceUse
from inspralv.tenancy.directory import LimitNotice, Partner
from inspralv.tenancy.plans import Limit, allowance

NEARLY: Final = 80
FULLY: Final = 100
_A_MINUTE: Final = 60
_ALONE: Final = 1  # whoever has the only one there may be knows it


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that is used by at least four fifths: of fewer than five things, by all of them. `most` is in the limit's
    own unit; `place` names the workspace, if it is one's own. `level` is 80 or 100."""

    limit: Limit
    workspace_id: str | None
    place: str
    most: int
    level: int


def list_reached(partner: Partner, use: PartnerUse) -> list[Reached]:
    """Return the limits that are nearly or fully used, of the partner and of each workspace."""
    return [one for one in _measured(partner, use) if one is not None]


def _measured(partner: Partner, use: PartnerUse) -> Iterator[Reached | None]:
    totals = {
        Limit.MINUTES: (use.seconds, _A_MINUTE), Limit.WORKSPACES: (len(use.workspaces), 1),
        Limit.INTEGRATIONS: (use.integrations, 1),
    }  # fmt: skip
    for limit, (used, unit) in totals.items():
        yield _reached(limit, None, used, unit, allowance(partner, None, limit).most)
    for workspace in use.workspaces:
        for limit, held in ((Limit.AGENTS, workspace.agents), (Limit.USERS, workspace.users)):
            yield _reached(limit, workspace, held, 1, allowance(partner, workspace.limits, limit).most)
        own = allowance(partner, workspace.limits, Limit.MINUTES)
        if own.source == "workspace":
            yield _reached(Limit.MINUTES, workspace, workspace.seconds, _A_MINUTE, own.most)


def _reached(limit: Limit, workspace: WorkspaceUse | None, used: int, unit: int, most: int | None) -> Reached | None:
    if not most or (limit is not Limit.MINUTES and most == _ALONE):
        return None
    level = FULLY if used >= most * unit else NEARLY if used * 100 >= most * unit * NEARLY else 0
    if not level:
        return None
    where = (workspace.id, workspace.name) if workspace else (None, "")
    return Reached(limit=limit, workspace_id=where[0], place=where[1], most=most, level=level)


def compare(
    known: Sequence[LimitNotice], reached: Sequence[Reached], month: str
) -> tuple[list[LimitNotice], list[Reached]]:
    """Return the notices as they are now, and what has not been announced of these figures this month (`2026-03`)."""
    announced = {(one.limit, one.workspace_id): one for one in known if one.month == month}
    notices, news = [], []
    for one in reached:
        before = announced.pop((one.limit, one.workspace_id), None)
        told = before.announced if before and before.most == one.most else 0  # another figure is news
        if one.level > told:
            news.append(one)
        notices.append(LimitNotice(one.limit.value, one.workspace_id, one.level, one.most, max(one.level, told), month))
    notices += [msgspec.structs.replace(one, level=0) for one in announced.values()]
    return sorted(notices, key=lambda one: (one.limit, str(one.workspace_id or ""))), news
