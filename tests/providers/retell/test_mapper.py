import msgspec
import pytest
from tests.providers.retell.specs import FULL, HOOK, MARKS, PLAIN

from inspralv.providers.contract import (
    AgentSpec,
    CustomFunction,
    TranscriberSpec,
    TransferCall,
    TransferTarget,
)
from inspralv.providers.errors import Refused
from inspralv.providers.retell import wire
from inspralv.providers.retell.changes import agent_changes, llm_changes
from inspralv.providers.retell.languages import NAMES
from inspralv.providers.retell.mapper import MARK, agent_json, agent_spec, llm_json, new_agent_json
from inspralv.providers.retell.options import OPTIONS


def back(spec: AgentSpec) -> AgentSpec:
    agent = wire.convert({"agent_id": "a", **new_agent_json(spec, "llm_1")}, wire.Agent)
    return agent_spec(agent, wire.convert({"llm_id": "llm_1", **llm_json(spec)}, wire.Llm), spec.voice.provider)


def test_what_goes_comes_back() -> None:
    assert back(FULL) == FULL


def test_what_is_left_to_the_vendor_comes_back_as_its_usual_choice() -> None:
    pulled = back(PLAIN)
    assert pulled.voice == PLAIN.voice
    assert (pulled.greeting, pulled.system_prompt, pulled.tools, pulled.metadata) == (None, "", (), {})
    assert pulled.transcriber == TranscriberSpec(provider="retell", model="fast", language="en-US")


def test_the_engine_is_named_when_the_agent_is_made_and_never_again() -> None:
    assert new_agent_json(FULL, "llm_1")["response_engine"] == {"type": "retell-llm", "llm_id": "llm_1"}
    assert "response_engine" not in agent_json(FULL)


def test_marks_are_among_the_variables_and_not_variables() -> None:
    assert MARK in llm_json(FULL)["default_dynamic_variables"]
    assert MARK not in back(FULL).variables
    assert back(FULL).metadata == MARKS


def test_several_languages() -> None:
    spec = msgspec.structs.replace(FULL, transcriber=TranscriberSpec(provider="retell", language="en-US,es-ES"))
    assert agent_json(spec)["language"] == ["en-US", "es-ES"]
    assert back(spec).transcriber.language == "en-US,es-ES"


def test_what_retell_has_no_room_for_is_refused_at_its_field() -> None:
    sip = TransferCall(targets=(TransferTarget(sip_uri="sip:desk@example.com"),))
    function = CustomFunction(name="f", description="", parameters={})
    for spec, field in (
        (msgspec.structs.replace(FULL, tools=(sip,)), "config.tools"),
        (msgspec.structs.replace(FULL, tools=(function,), webhook=None), "config.tools"),
    ):
        with pytest.raises(Refused) as caught:
            llm_json(spec)
        assert caught.value.field == field
    with pytest.raises(Refused) as caught:
        agent_json(msgspec.structs.replace(FULL, transcriber=TranscriberSpec(provider="deepgram")))
    assert caught.value.field == "transcriber_provider"


def test_only_what_differs_is_sent() -> None:
    llm, agent = llm_json(FULL), new_agent_json(FULL, "llm_1")
    there = {"llm_id": "llm_1", **llm, "knowledge_base_ids": ["kb"]}
    assert llm_changes(there, llm, HOOK) == {}
    assert agent_changes({"agent_id": "a", **agent}, agent_json(FULL)) == {}
    renamed = msgspec.structs.replace(FULL, name="Reception", system_prompt="Short.")
    assert llm_changes(there, llm_json(renamed), HOOK) == {"general_prompt": "Short."}
    assert agent_changes(agent, agent_json(renamed)) == {"agent_name": "Reception"}


def test_what_the_vendor_adds_is_no_difference() -> None:
    llm = llm_json(FULL)
    tools = [
        {**tool, "speak_after_execution": True} if tool["name"] == "book" else tool for tool in llm["general_tools"]
    ]
    config = {**llm["model_config"], "primary": {"model": "claude-5-sonnet", "tier": "standard"}}
    assert llm_changes({"llm_id": "l", **llm, "general_tools": tools, "model_config": config}, llm, HOOK) == {}
    plain = {"agent_id": "a", "agent_name": "Plain", "voice_id": "retell-Cimo", "max_call_duration_ms": 600_000}
    assert agent_changes(plain, agent_json(PLAIN)) == {}


def test_what_others_set_stays() -> None:
    llm = llm_json(FULL)
    theirs = {"type": "code", "name": "sums", "code": "1 + 1"}
    fast = {"type": "cascading", "primary": {"model": "claude-5-sonnet", "tier": "fast"}, "temperature": 0.1}
    there = {"llm_id": "l", **llm, "general_tools": [theirs], "model_config": fast}
    changed = llm_changes(there, llm, HOOK)
    assert changed["general_tools"][-1] == theirs
    assert changed["model_config"]["primary"] == {"model": "claude-5-sonnet", "tier": "fast"}


def test_older_llms_name_their_model_elsewhere() -> None:
    llm = wire.convert({"llm_id": "l", "model": "gemini-3.5-flash", "model_temperature": 0.2}, wire.Llm)
    agent = wire.convert({"agent_id": "a", "voice_id": "retell-Cimo"}, wire.Agent)
    model = agent_spec(agent, llm, "platform").model
    assert (model.provider, model.name, model.temperature) == ("google", "gemini-3.5-flash", 0.2)


def test_languages_and_models_are_those_of_the_sandbox() -> None:
    from inspralv.sandbox.retell import fields  # noqa: PLC0415 - the one test that compares the two

    assert set(NAMES) == fields.LANGUAGES
    assert {choice.value for models in OPTIONS.models.values() for choice in models} == fields.MODELS
