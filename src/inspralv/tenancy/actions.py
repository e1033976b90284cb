"""Opening, changing and deleting workspaces."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, FieldError
from inspralv.foundation.events.event import changes
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.tenancy import policy, queries
from inspralv.tenancy.contexts import PartnerContext, WorkspaceContext
from inspralv.tenancy.events import MemberJoined, WorkspaceCreated, WorkspaceDeleted, WorkspaceUpdated
from inspralv.tenancy.plans import Limit
from inspralv.tenancy.room import require_room
from inspralv.tenancy.schemas import NewWorkspace, SettingsChange, Workspace


async def create_workspace(ctx: PartnerContext, draft: NewWorkspace) -> Workspace:
    """Create a workspace that the caller owns. Raises Forbidden when the partner's plan has no room, or allows less
    than is asked for the workspace."""
    policy.require_within_plan(ctx.partner, msgspec.to_builtins(draft.resource_limits))
    require_room(ctx.partner, None, Limit.WORKSPACES, await queries.count_workspaces(ctx))
    return await found_workspace(ctx, draft, ctx.me.id, ctx.me.email)


async def found_workspace(ctx: Context, draft: NewWorkspace, owner_id: UUID, owner_email: str) -> Workspace:
    """Add a workspace and its owner, whatever the plan says. The context must see the whole partner.

    A taken slug gets four more characters; Conflict is raised when even those are taken again and again.
    """
    workspace = await _add(ctx, draft, owner_id)
    member_id = uuid7(ctx.now)
    await queries.add_member(ctx, workspace.id, owner_id, member_id, "owner")
    told = {"name": workspace.name, "slug": workspace.slug, "resource_limits": workspace.resource_limits}
    ctx.record(WorkspaceCreated(entity_id=workspace.id, workspace_id=workspace.id, new=told))
    joined = {"user_id": str(owner_id), "email": owner_email, "role": "owner"}
    ctx.record(MemberJoined(entity_id=member_id, workspace_id=workspace.id, new=joined))
    ctx.notify("rights", ctx.partner_id, owner_id)
    return workspace


async def _add(ctx: Context, draft: NewWorkspace, owner_id: UUID) -> Workspace:
    description = (draft.description or "").strip() or None
    plain = msgspec.structs.replace(draft, name=draft.name.strip(), description=description)
    wanted = draft.slug.strip() if draft.slug else policy.slug_of(plain.name)  # the pattern lets a line end through
    for slug in policy.slugs_to_try(wanted):
        workspace = await queries.add_workspace(ctx, uuid7(ctx.now), slug, plain, owner_id)
        if workspace is not None:
            return workspace
    raise Conflict(_("This address is taken."), errors=(FieldError("/slug", _("This address is taken.")),))


async def change_settings(ctx: WorkspaceContext, change: SettingsChange, expected: int | None) -> Workspace:
    """Change the fields that were sent. Raises Conflict when `expected` is not the current version, and Invalid when
    the time zone is unknown."""
    if change.timezone is not UNSET:
        policy.require_zone(change.timezone)
    if change.custom_variables:
        policy.require_variables(change.custom_variables)
    current = await queries.find_workspace(ctx, lock=True)
    require_version(current.version, expected)
    old, new = changes(_editable(current), _wanted(current, change))
    if not new:
        return current
    changed = {**_editable(current), **new}
    settings = {**current.settings, "custom_variables": changed["custom_variables"]}
    saved = await queries.save_workspace(
        ctx, changed["name"], changed["description"], changed["timezone"],
        {name: value for name, value in settings.items() if value},
    )  # fmt: skip
    ctx.record(WorkspaceUpdated(entity_id=saved.id, old=old, new=new))
    return saved


def _editable(workspace: Workspace) -> dict[str, Any]:
    return {
        "name": workspace.name,
        "description": workspace.description,
        "timezone": workspace.timezone,
        "custom_variables": workspace.settings.get("custom_variables") or [],
    }


def _wanted(current: Workspace, change: SettingsChange) -> dict[str, Any]:
    wanted = _editable(current)
    if change.name is not UNSET:
        wanted["name"] = change.name.strip()
    if change.description is not UNSET:
        wanted["description"] = (change.description or "").strip() or None
    if change.timezone is not UNSET:
        wanted["timezone"] = change.timezone
    if not isinstance(change.custom_variables, UnsetType):
        wanted["custom_variables"] = msgspec.to_builtins(change.custom_variables or [])
    return wanted


async def delete_workspace(ctx: WorkspaceContext, expected: int | None) -> None:
    """Delete the workspace softly: it is gone for everybody at once, and its rows are kept. Raises Conflict when
    `expected` is not the current version."""
    current = await queries.find_workspace(ctx, lock=True)
    require_version(current.version, expected)
    await queries.mark_deleted(ctx)
    ctx.record(WorkspaceDeleted(entity_id=current.id, old={"name": current.name, "slug": current.slug}))
    ctx.notify("rights", ctx.partner_id, "")  # nobody has a right here any more, partner admins included
