"""What the frame says about limits, from what the directory knows: no page reads anything for it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from inspralv.tenancy.contexts import PartnerContext, PublicContext, WorkspaceContext
from inspralv.tenancy.directory import LimitNotice

_KEEPERS = {"owner", "admin"}


class LimitBanner(msgspec.Struct, frozen=True):
    """`limit` is the limit's name, `level` 80 or 100. `mine` tells the workspace's own limit from the organisation's;
    with `others` it counts workspaces that are near a limit of their own. `href` is empty where there is no page."""

    limit: str
    level: int
    most: int
    mine: bool = False
    others: int = 0
    href: str = ""


def limit_banners(ctx: PublicContext) -> list[LimitBanner]:
    """Return what owners and admins are told in the frame, the worst first."""
    if not ctx.partner.limit_notices:
        return []
    month = f"{ctx.now:%Y-%m}"
    present = [one for one in ctx.partner.limit_notices if one.level and one.month == month]
    return sorted(_chosen(ctx, present), key=lambda one: -one.level)


def _chosen(ctx: PublicContext, notices: list[LimitNotice]) -> Iterator[LimitBanner]:
    if isinstance(ctx, WorkspaceContext) and ctx.role in _KEEPERS:
        mine = [one for one in notices if one.workspace_id == str(ctx.here)]
        yield from (LimitBanner(one.limit, one.level, one.most, mine=True) for one in mine)
    if isinstance(ctx, WorkspaceContext | PartnerContext) and ctx.partner_role in _KEEPERS:
        whole = [one for one in notices if one.workspace_id is None]
        yield from (LimitBanner(one.limit, one.level, one.most, href="/org/plan") for one in whole)
    if isinstance(ctx, PartnerContext) and ctx.partner_role in _KEEPERS:
        known = {str(entry.id) for entry in ctx.workspaces}
        near = {one.workspace_id for one in notices if one.workspace_id in known}
        if near:
            yield LimitBanner("", 80, 0, others=len(near), href="/org/plan")
