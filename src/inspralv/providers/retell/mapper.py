"""An agent of ours as an LLM and an agent of theirs, and back. Pure. Sections 4 and 5 of the contract.

Neither of the two has a place for our ids, so they travel among the LLM's variables, which only a prompt that names them
would ever say. What an agent says for others to read, its description, is the one of its versions.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import (
    AgentSpec,
    ModelSpec,
    TranscriberSpec,
    VoiceSettings,
    VoiceSpec,
    WebhookTarget,
)
from inspralv.providers.errors import Refused
from inspralv.providers.retell import wire
from inspralv.providers.retell.languages import language_json, language_of
from inspralv.providers.retell.models import maker_of, model_json
from inspralv.providers.retell.options import HEARING, STT_MODES
from inspralv.providers.retell.tools import tool_jsons, tools_of

HEARS_ITSELF = Stored("%(label)s hears the caller itself.")
Json = dict[str, Any]
MARK = "managed_agent_reference"
EVENTS = ("call_started", "call_ended", "call_analyzed", "transcript_updated")
USUAL: Mapping[str, Any] = {
    "voice_speed": 1, "language": "en-US", "stt_mode": "fast", "max_call_duration_ms": 3_600_000,
}  # fmt: skip
"""What the vendor takes where an agent says nothing (contract section 5)."""
PRESETS = ("call_summary", "call_successful", "user_sentiment")


def llm_json(spec: AgentSpec) -> Json:
    """The body of both POST /create-retell-llm and PATCH /update-retell-llm. Raises Refused."""
    return {
        "start_speaker": "agent" if spec.greeting else "user",
        "begin_message": spec.greeting or "",
        "general_prompt": spec.system_prompt,
        "model_config": model_json(spec.model.name, spec.model.temperature),
        "general_tools": tool_jsons(spec.tools, spec.webhook.url if spec.webhook else None),
        "default_dynamic_variables": dict(spec.variables) | mark_json(spec.metadata),
    }


def agent_json(spec: AgentSpec) -> Json:
    """The body of PATCH /update-agent; the engine is never in it, so that no edit can lose it. Raises Refused."""
    heard = spec.transcriber
    if heard.provider != HEARING:
        raise Refused("transcriber_provider", HEARS_ITSELF(label="Retell"))
    body: Json = {
        "agent_name": spec.name,
        "version_description": spec.description,
        "voice_id": spec.voice.id,
        "voice_speed": spec.voice.settings.speed if spec.voice.settings.speed is not None else USUAL["voice_speed"],
        "language": language_json(heard.language),
        "max_call_duration_ms": spec.max_duration_seconds * 1000,
        "webhook_url": spec.webhook.url if spec.webhook else None,
        "webhook_events": list(EVENTS) if spec.webhook else None,
    }
    if heard.model is None or heard.model in STT_MODES:  # another one was set up over there, and stays
        body["stt_mode"] = heard.model or USUAL["stt_mode"]
    return body


def new_agent_json(spec: AgentSpec, llm_id: str) -> Json:
    """The body of POST /create-agent: what is not said takes the vendor's usual value. Raises Refused."""
    said = {name: value for name, value in agent_json(spec).items() if value is not None}
    if spec.voice.settings.speed is None:
        del said["voice_speed"]
    return said | {
        "response_engine": {"type": "retell-llm", "llm_id": llm_id},
        "post_call_analysis_data": [{"type": "system-presets", "name": name} for name in PRESETS],
    }


def agent_spec(agent: wire.Agent, llm: wire.Llm, voice_maker: str) -> AgentSpec:
    variables = {name: str(value) for name, value in (llm.default_dynamic_variables or {}).items()}
    metadata = metadata_of(variables.pop(MARK, ""))
    speaks_first = llm.start_speaker != "user"
    return AgentSpec(
        name=agent.agent_name or "",
        description=agent.version_description or None,
        greeting=llm.begin_message or None if speaks_first else None,
        system_prompt=llm.general_prompt or "",
        variables=variables,
        voice=VoiceSpec(provider=voice_maker, id=agent.voice_id, settings=VoiceSettings(speed=agent.voice_speed)),
        model=model_of(llm),
        transcriber=TranscriberSpec(provider=HEARING, model=agent.stt_mode, language=language_of(agent.language)),
        max_duration_seconds=round((agent.max_call_duration_ms or USUAL["max_call_duration_ms"]) / 1000),
        tools=tools_of(llm.general_tools or (), agent.webhook_url),
        metadata=metadata,
        webhook=WebhookTarget(url=agent.webhook_url, secret="") if agent.webhook_url else None,
    )


def model_of(llm: wire.Llm) -> ModelSpec:
    """Older LLMs name their model beside the `model_config`, which wins."""
    config = llm.llm_model_config or wire.ModelConfig()
    named = config.primary.model if config.primary else None
    name = named or llm.model or llm.s2s_model or ""
    temperature = config.temperature if llm.llm_model_config else llm.model_temperature
    return ModelSpec(provider=maker_of(name), name=name, temperature=temperature)


def mark_json(metadata: Mapping[str, str]) -> dict[str, str]:
    return {MARK: urlencode(sorted(metadata.items()))} if metadata else {}


def metadata_of(mark: str) -> dict[str, str]:
    return dict(parse_qsl(mark, keep_blank_values=True))
