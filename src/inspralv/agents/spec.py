"""An agent as the provider contract describes it."""

from __future__ import annotations

from collections.abc import Iterable

from inspralv.agents.schemas import Agent, ModelSettings, VoiceSettings
from inspralv.agents.tools import contract_tool
from inspralv.agents.variables import defaults_of
from inspralv.integrations.connections import Connection
from inspralv.providers.contract import (
    AgentOptions,
    AgentSpec,
    ModelSpec,
    TranscriberSpec,
    VoiceSpec,
    WebhookTarget,
)  # fmt: skip
from inspralv.providers.contract import VoiceSettings as ContractVoiceSettings
from inspralv.tenancy.variables import Variable

USUAL_DURATION = 600
_FORM_FIELDS = {"config.transcriber_settings.language": "config.language"}


def agent_spec(
    agent: Agent, options: AgentOptions, connection: Connection, of_workspace: Iterable[Variable] = ()
) -> AgentSpec:
    """Return what the provider shall know. What the agent leaves open is the provider's usual choice, and
    `of_workspace` are the workspace's variables."""
    config = agent.config
    return AgentSpec(
        name=agent.name,
        description=agent.description,
        voice=_voice(agent, options),
        model=_model(agent, options),
        transcriber=_transcriber(agent, options),
        system_prompt=config.system_prompt or "",
        greeting=config.first_message or None,
        variables=defaults_of(agent, of_workspace),
        max_duration_seconds=config.max_duration_seconds or USUAL_DURATION,
        end_call_phrases=tuple(config.end_call_phrases or ()),
        tools=tuple(contract_tool(tool) for tool in config.tools or ()),
        metadata=agent_marks(agent),
        webhook=WebhookTarget(url=connection.hook_url, secret=connection.hook_secret),
    )


def agent_marks(agent: Agent) -> dict[str, str]:
    """Return the ids by which the remote object is recognised as ours; they never change."""
    return {"agent_id": str(agent.id), "workspace_id": str(agent.workspace_id)}


def form_field(provider_field: str) -> str:
    """Return the field of our form for a field that a provider's refusal names."""
    return _FORM_FIELDS.get(provider_field, provider_field)


def _voice(agent: Agent, options: AgentOptions) -> VoiceSpec:
    settings = agent.config.voice_settings or VoiceSettings()
    voice_id = agent.config.voice_id
    if not voice_id:
        usual = options.default_voice
        voice_id = usual.id if usual.provider == agent.voice_provider else ""
    return VoiceSpec(
        provider=agent.voice_provider,
        id=voice_id,
        settings=ContractVoiceSettings(
            stability=_given(settings.stability),
            similarity_boost=_given(settings.similarity_boost),
            speed=_given(settings.speed),
        ),
    )


def _model(agent: Agent, options: AgentOptions) -> ModelSpec:
    settings = agent.config.model_settings or ModelSettings()
    model = settings.model
    if not model:
        usual = options.default_model
        offered = options.models.get(agent.model_provider, ())
        model = usual.name if usual.provider == agent.model_provider else offered[0].value if offered else ""
    tokens = settings.max_tokens
    return ModelSpec(
        provider=agent.model_provider, name=model, temperature=_given(settings.temperature),
        max_tokens=tokens if isinstance(tokens, int) else None,
    )  # fmt: skip


def _transcriber(agent: Agent, options: AgentOptions) -> TranscriberSpec:
    settings, usual = agent.config.transcriber_settings, options.default_transcriber
    offered = options.transcriber_models.get(agent.transcriber_provider, ())
    first = usual.model if usual.provider == agent.transcriber_provider else offered[0].value if offered else None
    return TranscriberSpec(
        provider=agent.transcriber_provider, model=(settings.model if settings else None) or first,
        language=agent.config.language or usual.language,
    )  # fmt: skip


def _given(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
