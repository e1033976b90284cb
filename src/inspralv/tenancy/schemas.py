"""Partners, workspaces and members as the API, the forms and the pages see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.tenancy.contexts import WorkspaceEntry
from inspralv.tenancy.directory import Branding
from inspralv.tenancy.named import Named
from inspralv.tenancy.permissions import WorkspaceRole
from inspralv.tenancy.variables import Variables

Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
Slug = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[a-z0-9-]+$")]
Description = Annotated[str, Meta(max_length=1000)]
MaxAgents = Annotated[int, Meta(ge=1, le=100)]
MaxUsers = Annotated[int, Meta(ge=1, le=100)]
MaxMinutes = Annotated[int, Meta(ge=0, le=2**31 - 1)]
ZoneName = Annotated[str, Meta(min_length=1, max_length=64, description="A name of the IANA list: `Europe/Berlin`.")]


class PartnerOut(msgspec.Struct, frozen=True):
    """The partner of a host, as anybody may see it."""

    id: UUID
    name: str
    slug: str
    branding: Branding
    plan_tier: str
    is_platform_partner: bool


class HostPartner(msgspec.Struct, frozen=True):
    """Which partner a host name belongs to."""

    hostname: str
    partner: PartnerOut


class WorkspaceList(msgspec.Struct, frozen=True, rename="camel"):
    """The workspaces the caller can enter, and whether they may create another."""

    workspaces: tuple[WorkspaceEntry, ...]
    can_create_workspace: bool


class NewLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a workspace may hold; minutes are per calendar month. The plan decides what is not sent."""

    max_agents: MaxAgents | UnsetType = UNSET
    max_users: MaxUsers | UnsetType = UNSET
    max_minutes_per_month: MaxMinutes | UnsetType = UNSET


class NewWorkspace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A workspace to be. Without a slug it gets one made of its name."""

    name: Name
    slug: Slug | None = None
    description: Description | None = None
    resource_limits: NewLimits = NewLimits()


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """One workspace in full. `version` counts its edits."""

    id: UUID
    slug: str
    name: str
    description: str | None
    timezone: str
    settings: dict[str, Any]
    resource_limits: dict[str, Any]
    status: str
    version: int
    created_at: datetime
    updated_at: datetime


class CreatedWorkspace(msgspec.Struct, frozen=True):
    """A new workspace and the address of its dashboard."""

    workspace: Workspace
    message: str
    redirect: str


class SettingsChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly the fields that were sent change; a null description clears it. `custom_variables` are replaced as a
    whole; the agents that use them are brought up to date by a job."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    timezone: ZoneName | UnsetType = UNSET
    custom_variables: Variables | UnsetType | None = UNSET


class SettingsForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings page's form: the whole of it, and the version it was opened at."""

    name: Name
    timezone: ZoneName
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    description: Description | None = None


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True


class MemberRow(Named, msgspec.Struct, frozen=True):
    """A member with the person's name, in one row."""

    id: UUID
    user_id: UUID
    role: WorkspaceRole
    joined_at: datetime
    email: str
    first_name: str
    last_name: str
    avatar_url: str | None


class MemberUser(msgspec.Struct, frozen=True):
    """The person behind a membership."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    avatar_url: str | None


class Member(msgspec.Struct, frozen=True):
    """A membership of the workspace."""

    id: UUID
    user_id: UUID
    role: WorkspaceRole
    joined_at: datetime
    user: MemberUser
