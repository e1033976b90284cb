"""Agents as the API, the forms and the rows know them. UNSET means "not sent", null means "none"."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.agents.tools import MOST_TOOLS, ToolBody
from inspralv.tenancy.variables import Variable, Variables

Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
Description = Annotated[str, Meta(max_length=2000)]
ProviderName = Annotated[str, Meta(min_length=1, max_length=40, description="A voice provider of this installation.")]
_MAKER = r"^[a-z][a-z0-9_-]*$(?!\n)"
VoiceMaker = Annotated[
    str, Meta(max_length=40, pattern=_MAKER, description="A maker of voices of the provider, such as elevenlabs.")
]
ModelMaker = Annotated[
    str, Meta(max_length=40, pattern=_MAKER, description="A maker of models of the provider, such as openai.")
]
TranscriberMaker = Annotated[
    str, Meta(max_length=40, pattern=_MAKER, description="A maker of transcribers of the provider, such as deepgram.")
]
Prompt = Annotated[str, Meta(max_length=50_000)]
Sentence = Annotated[str, Meta(max_length=2000)]
Phrase = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
VersionNote = Annotated[str, Meta(max_length=200, description="What this version is about; kept with it.")]
ShortText = Annotated[str, Meta(min_length=1, max_length=200)]
Language = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z]{2,10}(-[A-Za-z0-9]{1,8})*$", max_length=35, description="A BCP 47 tag, such as en-US."),
]
Unit = Annotated[float, Meta(ge=0, le=1)]
Speed = Annotated[float, Meta(ge=0.5, le=2)]
Temperature = Annotated[float, Meta(ge=0, le=2)]
MaxTokens = Annotated[int, Meta(ge=1, le=4096)]
MaxDuration = Annotated[int, Meta(ge=60, le=3600, description="Seconds.")]
WebAddress = Annotated[str, Meta(max_length=2000, pattern=r"^https?://[^\s/$.?#][^\s]*$(?!\n)")]

SyncStatus = Literal["not_synced", "pending", "synced", "error"]


class VoiceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stability: Unit | UnsetType | None = UNSET
    similarity_boost: Unit | UnsetType | None = UNSET
    speed: Speed | UnsetType | None = UNSET


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: ShortText | UnsetType | None = UNSET
    temperature: Temperature | UnsetType | None = UNSET
    max_tokens: MaxTokens | UnsetType | None = UNSET


class TranscriberSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: ShortText | UnsetType | None = UNSET


class AgentConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an agent says and sounds like. In a change, what is not sent stays; lists are replaced as a whole.

    `tools_server_url` is asked for the results of functions that name no server of their own, `crm_webhook_url` is told
    of every call that has ended; both are https addresses. `custom_variables` overrule those of the workspace.
    """

    system_prompt: Prompt | UnsetType | None = UNSET
    first_message: Sentence | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    voice_id: ShortText | UnsetType | None = UNSET
    voice_settings: VoiceSettings | UnsetType | None = UNSET
    model_settings: ModelSettings | UnsetType | None = UNSET
    transcriber_settings: TranscriberSettings | UnsetType | None = UNSET
    max_duration_seconds: MaxDuration | UnsetType | None = UNSET
    end_call_phrases: Annotated[list[Phrase], Meta(max_length=20)] | UnsetType | None = UNSET
    tools: Annotated[list[ToolBody], Meta(max_length=MOST_TOOLS)] | UnsetType | None = UNSET
    tools_server_url: WebAddress | UnsetType | None = UNSET
    crm_webhook_url: WebAddress | UnsetType | None = UNSET
    custom_variables: Variables | UnsetType | None = UNSET


class AgentDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An agent to be. Makers that are not named are the provider's usual ones."""

    name: Name
    description: Description | None = None
    provider: ProviderName
    voice_provider: VoiceMaker | UnsetType = UNSET
    model_provider: ModelMaker | UnsetType = UNSET
    transcriber_provider: TranscriberMaker | UnsetType = UNSET
    config: AgentConfig = AgentConfig()
    is_active: bool = True
    note: VersionNote | None = None


class AgentChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly the fields that were sent change. `note` says what the new version is about.

    Another `provider` takes over what it knows. What it does not is named in a 409, each loss at its field, and is
    given up only with `accept_losses`; what is sent along counts as chosen for the new provider.
    """

    name: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    provider: ProviderName | UnsetType = UNSET
    voice_provider: VoiceMaker | UnsetType = UNSET
    model_provider: ModelMaker | UnsetType = UNSET
    transcriber_provider: TranscriberMaker | UnsetType = UNSET
    config: AgentConfig | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    note: VersionNote | None = None
    accept_losses: bool = False


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent in full. `version` counts saves of its content, `synced_version` is the one that the provider has.

    `sync_error` is the provider's own message and `sync_error_field` the field it concerns, such as "config.voice_id".
    """

    id: UUID
    workspace_id: UUID
    name: str
    description: str | None
    provider: str
    voice_provider: str
    model_provider: str
    transcriber_provider: str
    config: AgentConfig
    is_active: bool
    version: int
    external_agent_id: str | None
    synced_version: int | None
    sync_status: SyncStatus
    sync_error: str | None
    sync_error_field: str | None
    last_synced_at: datetime | None
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


class RemoteState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an agent lives at the provider: the account (our integration) and the provider's ids.

    `asked_at` without ids means: its making was begun then, and nobody knows yet how that ended.
    """

    integration_id: UUID | None = None
    ids: dict[str, str] = {}
    asked_at: datetime | None = None


class StoredAgent(Agent, frozen=True, kw_only=True):
    """An agent with what only the jobs need."""

    external_ref: dict[str, Any]
    deleted_at: datetime | None

    @property
    def remote(self) -> RemoteState:
        """Where it lives at the provider."""
        return msgspec.convert(self.external_ref, RemoteState)


class AgentCard(Agent, frozen=True, kw_only=True):
    """An agent with its figures of the last 30 days, money in millionths of a US dollar. `has_key`: the workspace has a
    key of its provider. `drift` is how it compares with what its provider has, None before anybody has looked."""

    calls: int
    completed: int
    seconds: int
    cost_micros: int
    has_key: bool
    drift: str | None


class EditedAgent(AgentCard, frozen=True, kw_only=True):
    """An agent as its editor needs it: `keyed` are the providers that the workspace has a key of, `of_workspace` its
    variables, `integration_id` the account at the agent's own provider."""

    keyed: list[str]
    integration_id: UUID | None
    of_workspace: list[Variable]


class AgentFilter(msgspec.Struct, frozen=True):
    """Which agents to list. `search` looks into names, in any case."""

    page: int = 1
    page_size: int = 10
    provider: str | None = None
    is_active: bool | None = None
    search: str | None = None


class AgentName(msgspec.Struct, frozen=True):
    """For filters and pickers."""

    id: UUID
    name: str
    provider: str
    is_active: bool


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True


def content_of(agent: Agent) -> dict[str, Any]:
    """Return what people edit, as plain values: the ground for changes, comparisons and the event log."""
    return {
        "name": agent.name,
        "description": agent.description,
        "provider": agent.provider,
        "voice_provider": agent.voice_provider,
        "model_provider": agent.model_provider,
        "transcriber_provider": agent.transcriber_provider,
        "config": msgspec.to_builtins(agent.config),
        "is_active": agent.is_active,
    }


def sent_fields(change: AgentChange) -> frozenset[str]:
    """Return the fields that a change names, with dots: "config.voice_id"."""
    sent: dict[str, Any] = msgspec.to_builtins(change)
    config = sent.pop("config", {})
    return frozenset((*sent, *_dotted("config", config)))


def _dotted(prefix: str, values: dict[str, Any]) -> list[str]:
    return [
        name
        for key, value in values.items()
        for name in (_dotted(f"{prefix}.{key}", value) if isinstance(value, dict) else [f"{prefix}.{key}"])
    ]
