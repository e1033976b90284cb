"""Members of a circle: reading, changing and removing them."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.people.circles import PARTNER, WORKSPACE, Circle
from inspralv.people.schemas import FoundMember, HeldRole, HeldWorkspace, MemberRow, TeamMember
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.ownership import hold_owners_beside, hold_partners_owners, hold_workspaces_owners

_PERSON = """m.id, m.user_id, m.role, m.joined_at, u.email, u.first_name, u.last_name, u.avatar_url, u.status"""
_RANK = "CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 WHEN 'member' THEN 2 ELSE 3 END"


def _of(circle: Circle) -> str:
    return f"""
  FROM {circle.members} m JOIN users u ON u.partner_id = $partner AND u.id = m.user_id
 WHERE {circle.fence("m")} AND u.partner_id = $partner AND m.removed_at IS NULL AND u.deleted_at IS NULL"""


_OWNS = """EXISTS (SELECT 1 FROM workspace_members v WHERE v.partner_id = $partner AND v.user_id = m.user_id
                   AND v.role = 'owner' AND v.removed_at IS NULL) AS owns_workspaces"""
_EXTRA = {"partner": _OWNS, "workspace": "false AS owns_workspaces"}
_FIND = {
    c.kind: f"SELECT {_PERSON}, {_EXTRA[c.kind]} {_of(c)} AND m.id = $1 FOR UPDATE OF m" for c in (PARTNER, WORKSPACE)
}
_LIST = {c.kind: f"SELECT {_PERSON} {_of(c)} ORDER BY m.joined_at, m.id" for c in (PARTNER, WORKSPACE)}
# The workspaces of whoever asks.
_OURS = """
SELECT o.workspace_id FROM workspace_members o
 WHERE o.partner_id = $partner AND o.user_id = $2 AND o.removed_at IS NULL"""
_TEAM = f"""
SELECT {_PERSON}, coalesce((
         SELECT jsonb_agg(jsonb_build_object('id', w.id, 'slug', w.slug, 'name', w.name, 'role', v.role)
                          ORDER BY w.name, w.id)
           FROM workspace_members v JOIN workspaces w ON w.partner_id = v.partner_id AND w.id = v.workspace_id
          WHERE v.partner_id = $partner AND v.user_id = m.user_id AND v.removed_at IS NULL AND w.deleted_at IS NULL
            AND ($1 OR v.workspace_id IN ({_OURS}))
       ), '[]') AS workspaces
  {_of(PARTNER)}
   AND ($1 OR m.role <> 'member' OR m.user_id = $2 OR EXISTS (
         SELECT 1 FROM workspace_members s WHERE s.partner_id = $partner AND s.user_id = m.user_id
                   AND s.removed_at IS NULL AND s.workspace_id IN ({_OURS})))
 ORDER BY {_RANK}, m.joined_at, m.id
"""
_COUNT_OWNERS = {c.kind: f"SELECT count(*) {_of(c)} AND m.role = 'owner'" for c in (PARTNER, WORKSPACE)}
_SAVE_ROLE = {
    c.kind: f"UPDATE {c.members} m SET role = $2, updated_at = $now WHERE {c.fence('m')} AND m.id = $1"
    for c in (PARTNER, WORKSPACE)
}
_REMOVE = {
    c.kind: f"UPDATE {c.members} m SET removed_at = $now, removed_by = $2, updated_at = $now WHERE {c.fence('m')} AND m.id = $1"
    for c in (PARTNER, WORKSPACE)
}
_HELD = """
SELECT m.id, m.workspace_id, m.role, m.role = 'owner' AND NOT EXISTS (
         SELECT 1 FROM workspace_members o JOIN users x ON x.partner_id = $partner AND x.id = o.user_id
          WHERE o.partner_id = $partner AND o.workspace_id = m.workspace_id AND o.user_id <> $1 AND o.role = 'owner'
            AND o.removed_at IS NULL AND x.deleted_at IS NULL) AS alone
  FROM workspace_members m
 WHERE m.partner_id = $partner AND m.user_id = $1 AND m.removed_at IS NULL
 ORDER BY m.workspace_id
"""
_TAKE_OVER = """
INSERT INTO workspace_members AS m (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)
VALUES ($partner, $1, $2, $3, 'owner', $now, $now)
ON CONFLICT (partner_id, workspace_id, user_id) DO UPDATE
   SET role = 'owner', joined_at = CASE WHEN m.removed_at IS NULL THEN m.joined_at ELSE $now END, updated_at = $now,
       removed_at = NULL, removed_by = NULL
RETURNING id
"""
_REMOVE_FROM_WORKSPACES = """
UPDATE workspace_members SET removed_at = $now, removed_by = $2, updated_at = $now
 WHERE partner_id = $partner AND user_id = $1 AND removed_at IS NULL
"""
_MINE = {c.kind: f"SELECT {_PERSON} {_of(c)} AND m.user_id = $1 FOR UPDATE OF m" for c in (PARTNER, WORKSPACE)}
_HAS_ADDRESS = {c.kind: f"SELECT EXISTS (SELECT 1 {_of(c)} AND u.email = $1)" for c in (PARTNER, WORKSPACE)}
# A person who was removed comes back into the row they left.
_JOIN_PARTNER = """
INSERT INTO partner_members AS m (partner_id, user_id, id, role, joined_at, updated_at)
VALUES ($partner, $1, $2, $3, $now, $now)
ON CONFLICT (partner_id, user_id) DO UPDATE
   SET role = excluded.role, joined_at = $now, updated_at = $now, removed_at = NULL, removed_by = NULL
 WHERE m.removed_at IS NOT NULL
RETURNING id
"""
_JOIN_WORKSPACE = """
INSERT INTO workspace_members AS m (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)
SELECT $partner, w.id, $2, $3, $4, $now, $now FROM workspaces w
 WHERE w.partner_id = $partner AND w.id = $1 AND w.deleted_at IS NULL
ON CONFLICT (partner_id, workspace_id, user_id) DO UPDATE
   SET role = excluded.role, joined_at = $now, updated_at = $now, removed_at = NULL, removed_by = NULL
 WHERE m.removed_at IS NOT NULL
RETURNING id
"""
# Of whoever comes in, seen by a context of the whole partner: `$2` is NULL for the partner's own members.
_HAS = {
    "partner": "SELECT m.id, m.role FROM partner_members m WHERE m.partner_id = $partner AND m.user_id = $1"
    " AND $2::uuid IS NULL AND m.removed_at IS NULL FOR UPDATE OF m",
    "workspace": "SELECT m.id, m.role FROM workspace_members m WHERE m.partner_id = $partner AND m.user_id = $1"
    " AND m.workspace_id = $2 AND m.removed_at IS NULL FOR UPDATE OF m",
}
_RAISE = {
    c.kind: f"UPDATE {c.members} m SET role = $2, updated_at = $now WHERE m.partner_id = $partner AND m.id = $1"
    for c in (PARTNER, WORKSPACE)
}


async def find_member(ctx: Context, circle: Circle, member_id: UUID) -> FoundMember:
    """Return a member, held until the unit of work ends. Raises NotFound."""
    found = await ctx.fetch_one(FoundMember, _FIND[circle.kind], member_id)
    if found is None:
        raise NotFound(_("There is no such member."))
    return found


async def find_my_membership(ctx: Context, circle: Circle, user_id: UUID) -> MemberRow | None:
    """Return somebody's membership, held; None for those who act here without one."""
    return await ctx.fetch_one(MemberRow, _MINE[circle.kind], user_id)


async def list_members(ctx: Context, circle: Circle) -> list[MemberRow]:
    """Return the members, the longest first."""
    return await ctx.fetch_all(MemberRow, _LIST[circle.kind])


async def list_team(ctx: PartnerContext, *, everybody: bool) -> list[TeamMember]:
    """Return the members of the partner by role, with their workspaces: all of them, or owners, admins and those who
    share a workspace with the caller, with these workspaces. The context sees the whole partner."""
    return await ctx.fetch_all(TeamMember, _TEAM, everybody, ctx.me.id)


async def hold_owners(ctx: Context, circle: Circle) -> int:
    """Return how many owners there are; nobody else changes that until the unit of work ends."""
    hold = hold_partners_owners if circle is PARTNER else hold_workspaces_owners
    await hold(ctx)
    return int(await ctx.fetch_value(_COUNT_OWNERS[circle.kind]))


async def has_address(ctx: Context, circle: Circle, email: str) -> bool:
    """Whether a member has this address."""
    return bool(await ctx.fetch_value(_HAS_ADDRESS[circle.kind], email))


async def save_role(ctx: Context, circle: Circle, member_id: UUID, role: str) -> None:
    """Write a role."""
    await ctx.execute(_SAVE_ROLE[circle.kind], member_id, role)


async def remove(ctx: Context, circle: Circle, member_id: UUID, by: UUID) -> None:
    """Remove a member softly."""
    await ctx.execute(_REMOVE[circle.kind], member_id, by)


async def hold_workspaces(ctx: Context, user_id: UUID) -> list[HeldWorkspace]:
    """Return a person's workspaces; nobody else makes an owner of one come or go until the unit of work ends. The
    context sees the whole partner."""
    await hold_owners_beside(ctx, user_id)
    return await ctx.fetch_all(HeldWorkspace, _HELD, user_id)


async def remove_from_workspaces(ctx: Context, user_id: UUID, by: UUID) -> None:
    """Remove a person from every workspace. The context sees the whole partner."""
    await ctx.execute(_REMOVE_FROM_WORKSPACES, user_id, by)


async def take_over(ctx: Context, workspace_id: UUID, user_id: UUID, member_id: UUID) -> UUID:
    """Make a person an owner of a workspace, a member already or not; return the membership. The context sees the whole
    partner."""
    found: UUID = await ctx.fetch_value(_TAKE_OVER, workspace_id, user_id, member_id)
    return found


async def join_partner(ctx: Context, user_id: UUID, member_id: UUID, role: str) -> UUID | None:
    """Make a person a member; return the membership, None for somebody who is one already."""
    found: UUID | None = await ctx.fetch_value(_JOIN_PARTNER, user_id, member_id, role)
    return found


async def join_workspace(ctx: Context, workspace_id: UUID, user_id: UUID, member_id: UUID, role: str) -> UUID | None:
    """Make a person a member; None for somebody who is one already, and for a workspace that is gone. The context sees
    the whole partner."""
    found: UUID | None = await ctx.fetch_value(_JOIN_WORKSPACE, workspace_id, user_id, member_id, role)
    return found


async def find_held_role(ctx: Context, circle: Circle, user_id: UUID, workspace_id: UUID | None) -> HeldRole | None:
    """Return what somebody is in a circle already, held until the unit of work ends; None for a stranger. The context
    sees the whole partner."""
    return await ctx.fetch_one(HeldRole, _HAS[circle.kind], user_id, workspace_id)


async def raise_role(ctx: Context, circle: Circle, member_id: UUID, role: str) -> None:
    """Write a higher role. The context sees the whole partner."""
    await ctx.execute(_RAISE[circle.kind], member_id, role)
