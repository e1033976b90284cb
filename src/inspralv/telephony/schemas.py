"""Trunks and numbers as the API, the forms and the rows know them. No answer ever holds a trunk's password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.telephony.hours import BusinessHours

Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
Description = Annotated[str, Meta(max_length=1000)]
Server = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$",
        description="Host name or IPv4 address, without a scheme.",
    ),
]
Port = Annotated[int, Meta(ge=1, le=65535)]
Transport = Literal["udp", "tcp", "tls"]
Username = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
Password = Annotated[str, Meta(min_length=1, max_length=255, extra_json_schema={"writeOnly": True})]
Text = Annotated[str, Meta(max_length=255)]
Expiry = Annotated[int, Meta(ge=60, le=86400, description="Seconds.")]
NumberText = Annotated[
    str, Meta(min_length=1, max_length=50, description="A number in E.164: +, country code, number.")
]
Message = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]

TrunkState = Literal["not_synced", "synced", "error"]
NumberState = Literal["pending", "active", "gone", "error", "releasing"]
NumberStatus = Literal["available", "assigned", "pending", "inactive", "error"]
BindStatus = Literal["not_synced", "pending", "synced", "error"]


class NewTrunk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A SIP trunk to be kept. The first one becomes the default."""

    name: Name
    description: Description | None = None
    sip_server: Server
    sip_port: Port = 5060
    sip_transport: Transport = "udp"
    sip_username: Username
    sip_password: Password
    sip_realm: Text | None = None
    outbound_proxy: Text | None = None
    register: bool = True
    registration_expiry: Expiry = 3600
    outbound_caller_id: NumberText | None = None
    is_default: bool = False
    is_active: bool = True


class TrunkChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly the fields that were sent change. A password that is sent replaces the old one."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    sip_server: Server | UnsetType = UNSET
    sip_port: Port | UnsetType = UNSET
    sip_transport: Transport | UnsetType = UNSET
    sip_username: Username | UnsetType = UNSET
    sip_password: Password | UnsetType = UNSET
    sip_realm: Text | UnsetType | None = UNSET
    outbound_proxy: Text | UnsetType | None = UNSET
    register: bool | UnsetType = UNSET
    registration_expiry: Expiry | UnsetType = UNSET
    outbound_caller_id: NumberText | UnsetType | None = UNSET
    is_default: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class Trunk(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk without its password. `registration_status` says how the last import through it went."""

    id: UUID
    name: str
    description: str | None
    sip_server: str
    sip_port: int
    sip_transport: Transport
    sip_username: str
    sip_realm: str | None
    outbound_proxy: str | None
    register: bool
    registration_expiry: int
    outbound_caller_id: str | None
    is_default: bool
    is_active: bool
    registration_status: TrunkState
    registration_error: str | None
    last_registration_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    phone_numbers: int = 0
    """How many numbers came in through it."""


class NewNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of one's own, to be brought to a provider through a trunk (without one: the default trunk)."""

    phone_number: NumberText
    friendly_name: Text | None = None
    description: Description | None = None
    integration_id: UUID
    sip_trunk_id: UUID | None = None
    assigned_workspace_id: UUID | None = None


class NumberChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the organisation says of a number. Another workspace, or none, ends what the one before bound."""

    friendly_name: Text | UnsetType | None = UNSET
    description: Description | UnsetType | None = UNSET
    sip_trunk_id: UUID | UnsetType = UNSET
    supports_inbound: bool | UnsetType = UNSET
    supports_outbound: bool | UnsetType = UNSET
    assigned_workspace_id: UUID | UnsetType | None = UNSET


class Fallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who takes a call outside business hours: exactly the field that `kind` names."""

    kind: Literal["agent", "number", "message"]
    agent_id: UUID | None = None
    number: NumberText | None = None
    message: Message | None = None


class BindingChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a workspace says of a number; null unbinds. Hours need a fallback; without hours the agent always answers."""

    friendly_name: Text | UnsetType | None = UNSET
    description: Description | UnsetType | None = UNSET
    inbound_agent_id: UUID | UnsetType | None = UNSET
    outbound_agent_id: UUID | UnsetType | None = UNSET
    hours: BusinessHours | UnsetType | None = UNSET
    fallback: Fallback | UnsetType | None = UNSET


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number with everything that people may know of it. `version` counts edits."""

    id: UUID
    phone_number: str
    friendly_name: str | None
    description: str | None
    provider: str
    integration_id: UUID
    external_id: str | None
    sip_trunk_id: UUID | None
    state: NumberState
    state_error: str | None
    state_error_field: str | None
    supports_inbound: bool
    supports_outbound: bool
    assigned_workspace_id: UUID | None
    assigned_at: datetime | None
    inbound_agent_id: UUID | None
    outbound_agent_id: UUID | None
    hours: BusinessHours | None
    fallback_kind: Literal["agent", "number", "message"] | None
    fallback_agent_id: UUID | None
    fallback_number: str | None
    fallback_message: str | None
    bind_status: BindStatus
    bind_error: str | None
    bound: dict[str, Any]
    bound_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def status(self) -> NumberStatus:
        """The state in the words of the API's filter."""
        if self.state in {"pending", "releasing"}:
            return "pending"
        if self.state == "error":
            return "error"
        if self.state == "gone":
            return "inactive"
        return "assigned" if self.assigned_workspace_id else "available"

    @property
    def title(self) -> str:
        return self.friendly_name or self.phone_number

    @property
    def fallback(self) -> Fallback | None:
        if self.fallback_kind is None:
            return None
        return Fallback(
            kind=self.fallback_kind, agent_id=self.fallback_agent_id, number=self.fallback_number,
            message=self.fallback_message,
        )  # fmt: skip


class NumberOut(msgspec.Struct, frozen=True, kw_only=True):
    """A number as the API answers it."""

    id: UUID
    phone_number: str
    phone_number_e164: str
    friendly_name: str | None
    description: str | None
    provider: str
    integration_id: UUID
    external_id: str | None
    sip_trunk_id: UUID | None
    status: NumberStatus
    status_error: str | None
    supports_inbound: bool
    supports_outbound: bool
    assigned_workspace_id: UUID | None
    assigned_at: datetime | None
    inbound_agent_id: UUID | None
    outbound_agent_id: UUID | None
    hours: BusinessHours | None
    fallback: Fallback | None
    bind_status: BindStatus
    bind_error: str | None
    bound_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


def number_out(row: Number) -> NumberOut:
    """Return the API's view of a number."""
    return NumberOut(
        id=row.id, phone_number=row.phone_number, phone_number_e164=row.phone_number, friendly_name=row.friendly_name,
        description=row.description, provider=row.provider, integration_id=row.integration_id,
        external_id=row.external_id, sip_trunk_id=row.sip_trunk_id, status=row.status, status_error=row.state_error,
        supports_inbound=row.supports_inbound, supports_outbound=row.supports_outbound,
        assigned_workspace_id=row.assigned_workspace_id, assigned_at=row.assigned_at,
        inbound_agent_id=row.inbound_agent_id, outbound_agent_id=row.outbound_agent_id, hours=row.hours,
        fallback=row.fallback, bind_status=row.bind_status, bind_error=row.bind_error, bound_at=row.bound_at,
        version=row.version, created_at=row.created_at, updated_at=row.updated_at,
    )  # fmt: skip


class Directions(msgspec.Struct, frozen=True):
    """Which calls a number can take part in."""

    supports_inbound: bool
    supports_outbound: bool


class Taker(msgspec.Struct, frozen=True, kw_only=True):
    """What telephony knows of an agent. `ids` are the provider's own, `integration_id` the account they belong to."""

    id: UUID
    workspace_id: UUID
    name: str
    provider: str
    is_active: bool
    is_deleted: bool
    external_agent_id: str | None
    integration_id: UUID | None
    ids: dict[str, str] = {}


class FetchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one account answered when it was asked for its numbers; `error` when it could not be asked."""

    integration_id: UUID
    provider: str
    name: str
    found: int = 0
    added: int = 0
    gone: int = 0
    taken: list[str] = []
    """Numbers that another account has brought in already; they stay there."""
    error: str | None = None


class AvailableNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number of the workspace as a caller of outbound calls."""

    id: UUID
    phone_number: str
    display_name: str
    provider: str
    is_available: bool
    outbound_agent_id: UUID | None


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True
