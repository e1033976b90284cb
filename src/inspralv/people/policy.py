"""Who may do what to whom. Nobody touches their own membership, only owners touch owners, one owner always stays."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.errors import FieldError, Forbidden, Invalid
from inspralv.foundation.language.texts import _
from inspralv.people.circles import PARTNER, Circle
from inspralv.tenancy.contexts import PartnerContext, WorkspaceContext

CircleContext = PartnerContext | WorkspaceContext


def acts_as_owner(ctx: CircleContext, circle: Circle) -> bool:
    """Whether the caller is an owner of the circle; owners of the partner are owners of all its workspaces."""
    if ctx.partner_role == "owner":
        return True
    return circle is not PARTNER and isinstance(ctx, WorkspaceContext) and ctx.role == "owner"


def sees_everybody(ctx: PartnerContext) -> bool:
    """Whether the caller is told of everybody at the partner. A plain member may be a client of it, who learns of no
    other client."""
    return ctx.partner_role in {"owner", "admin"}


def require_other(me: UUID, target: UUID) -> None:
    """Refuse what somebody does to their own membership. Raises Invalid."""
    if me == target:
        raise _invalid("/role", _("You cannot change your own membership. Another owner or admin can."))


def require_owner(ctx: CircleContext, circle: Circle, *roles: str) -> None:
    """Refuse that somebody else than an owner touches or makes an owner. Raises Forbidden."""
    if "owner" in roles and not acts_as_owner(ctx, circle):
        raise Forbidden(_("Only owners can change owners or make somebody an owner."))


def require_owner_left(owners: int, *, leaves: bool) -> None:
    """Refuse that the last owner goes. Raises Invalid."""
    if leaves and owners <= 1:
        raise _invalid("/role", _("This is the last owner. Make somebody else an owner first."))


def already_member() -> Invalid:
    """The address belongs to somebody who is in already."""
    return _invalid("/email", _("Somebody with this address is a member already."))


def already_invited() -> Invalid:
    """The address has an invitation that waits."""
    return _invalid("/email", _("This address has an invitation that waits. Send it again, or cancel it first."))


def invites_oneself() -> Invalid:
    """Nobody needs an invitation to where they are."""
    return _invalid("/email", _("This is your own address."))


def unknown_workspace(index: int) -> Invalid:
    """The invitation names a workspace that is not there."""
    return _invalid(f"/workspace_assignments/{index}/workspace_id", _("There is no such workspace."))


def repeated_workspace(index: int) -> Invalid:
    """The invitation names a workspace twice, perhaps with two roles: nobody can tell which is meant."""
    return _invalid(f"/workspace_assignments/{index}/workspace_id", _("This name occurs more than once."))


def no_longer_pending() -> Invalid:
    """The invitation was accepted or cancelled meanwhile."""
    return _invalid("", _("This invitation does not wait any more."))


def _invalid(pointer: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError(pointer, message),))
