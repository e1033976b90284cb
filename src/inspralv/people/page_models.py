"""What the pages of members and invitations show."""

from __future__ import annotations

from typing import Any

import msgspec

from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form
from inspralv.foundation.web.paging import Pages, pages_of
from inspralv.people.circles import PARTNER, Circle
from inspralv.people.invitation_schemas import InvitationRow, PublicInvitation
from inspralv.people.policy import CircleContext, acts_as_owner
from inspralv.people.schemas import FoundMember, MemberRow, TeamMember
from inspralv.tenancy.contexts import WorkspaceContext, WorkspaceEntry
from inspralv.tenancy.permissions import P

_SIZE = 50  # of a page


class Rights(msgspec.Struct, frozen=True):
    """What the caller may do here; `owner` also to owners."""

    invite: bool
    update: bool
    remove: bool
    owner: bool


class PeoplePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the members that match `q`, and how many there are of each role in all. `base` is the list's address,
    `invitations` the one of the invitations."""

    kind: str
    base: str
    invitations: str
    members: tuple[MemberRow | TeamMember, ...]
    total: int
    counts: dict[str, int]
    q: str
    me: str
    rights: Rights
    at: Pages


class MemberPage(msgspec.Struct, frozen=True, kw_only=True):
    """One member and what may be done to them. `denied` says why nothing may, `kept` why they cannot be removed; `roles`
    are those that may be given. `inherits` when the caller gets the workspaces that the member alone owns."""

    kind: str
    base: str
    member: MemberRow
    roles: tuple[str, ...]
    denied: str
    may_update: bool
    may_remove: bool
    may_transfer: bool
    kept: str = ""
    inherits: bool = False
    problem: str = ""


class InvitationsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form to invite, what waits, and what became of the others. `link` is shown once, to whoever has just invited;
    `full` says why nobody else can be invited."""

    kind: str
    base: str
    people: str
    pending: tuple[InvitationRow, ...]
    past: tuple[InvitationRow, ...]
    form: Form[Any]
    roles: tuple[str, ...]
    workspaces: tuple[WorkspaceEntry, ...]
    link: str = ""
    link_for: str = ""
    full: str = ""


class AcceptPage(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as the invited person sees it. `state` is ready, sign_in, other_person, expired, used or gone;
    `full` says why there is no place at the moment."""

    state: str
    path: str
    token: str
    invitation: PublicInvitation | None
    email: str = ""
    full: str = ""


def rights_in(ctx: CircleContext, circle: Circle) -> Rights:
    """Return what the caller may do in the circle."""
    if circle is PARTNER:
        names = (P.PARTNER_MEMBERS_INVITE, P.PARTNER_MEMBERS_UPDATE, P.PARTNER_MEMBERS_REMOVE)
    else:
        names = (P.MEMBERS_INVITE, P.MEMBERS_UPDATE, P.MEMBERS_REMOVE)
    invite, update, remove = (ctx.may(name) for name in names)
    return Rights(invite, update, remove, acts_as_owner(ctx, circle))


def people_base(ctx: CircleContext, circle: Circle) -> str:
    """Return the address of the list of members."""
    return (
        f"/w/{ctx.workspace.slug}/members"
        if isinstance(ctx, WorkspaceContext) and circle is not PARTNER
        else "/org/team"
    )


def invitations_base(ctx: CircleContext, circle: Circle) -> str:
    """Return the address of the invitations."""
    return "/org/invitations" if circle is PARTNER else f"{people_base(ctx, circle)}/invitations"


def people_page(
    ctx: CircleContext, circle: Circle, rows: list[MemberRow] | list[TeamMember], q: str, page: int
) -> PeoplePage:
    """Return a page of the list, searched by name and address."""
    wanted, base = q.strip().casefold(), people_base(ctx, circle)
    found: list[MemberRow | TeamMember] = [row for row in rows if wanted in f"{row.name} {row.email}".casefold()]
    at = pages_of(base, {"q": q.strip()}, page, _SIZE, len(found))
    return PeoplePage(
        kind=circle.kind, base=base, invitations=invitations_base(ctx, circle), members=tuple(found[at.first - 1 : at.last]), at=at,
        total=len(rows), counts={role: sum(row.role == role for row in rows) for role in reversed(circle.roles)},
        q=q.strip(), me=str(ctx.me.id), rights=rights_in(ctx, circle),
    )  # fmt: skip


def member_page(ctx: CircleContext, circle: Circle, member: FoundMember, problem: str = "") -> MemberPage:
    """Return one member, with the reason where nothing may be done."""
    rights, is_me = rights_in(ctx, circle), member.user_id == ctx.me.id
    denied = ""
    if is_me:
        denied = _("You cannot change your own membership. Another owner or admin can.")
    elif member.role == "owner" and not rights.owner:
        denied = _("Only owners can change owners.")
    owns_more = member.owns_workspaces and not rights.owner
    mine_owns = (
        ctx.partner_role == "owner" if circle is PARTNER else isinstance(ctx, WorkspaceContext) and ctx.role == "owner"
    )
    return MemberPage(
        kind=circle.kind, base=people_base(ctx, circle), member=member, denied=denied, problem=problem,
        roles=tuple(role for role in reversed(circle.roles) if role != "owner" or rights.owner),
        may_update=rights.update and not denied, may_remove=rights.remove and not denied and not owns_more,
        kept=_("Only owners can change owners.") if owns_more and not denied else "", inherits=member.owns_workspaces,
        may_transfer=mine_owns and not denied and member.role != "owner",
    )  # fmt: skip
