import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from tests.providers.vapi.examples import example
from tests.providers.vapi.mutations import ODD_VALUES, paths, put
from tests.providers.vapi.schemas import Schemas
from tests.providers.vapi.specs import FULL, specs

from inspralv.providers.contract import AgentSpec
from inspralv.providers.errors import Malformed
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.mapper import agent_spec, assistant_json, keep_foreign
from inspralv.providers.vapi.wire_assistants import Assistant

DEFAULTS = settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def stored(body: object) -> Assistant:
    """As the vendor gives it back: the same body with an id, once through JSON."""
    raw = msgspec.json.encode({**msgspec.to_builtins(body), "id": "a-1", "orgId": "o-1", "latestVersion": None})
    return wire.decode(raw, Assistant)


@DEFAULTS
@given(spec=specs)
def test_every_body_is_valid_and_holds_no_unknown_property(schemas: Schemas, spec: AgentSpec) -> None:
    schemas.check("CreateAssistantDTO", assistant_json(spec))


def test_the_schema_check_notices_what_the_vendor_would_refuse(schemas: Schemas) -> None:
    body = assistant_json(FULL)
    with pytest.raises(AssertionError, match=r"\$.voice.accent"):
        schemas.check("CreateAssistantDTO", body | {"voice": body["voice"] | {"accent": "x"}})
    with pytest.raises(AssertionError, match="maxDurationSeconds"):
        schemas.check("CreateAssistantDTO", body | {"maxDurationSeconds": 5})


@DEFAULTS
@given(spec=specs)
def test_what_is_pushed_is_what_is_pulled(spec: AgentSpec) -> None:
    assert agent_spec(stored(assistant_json(spec))) == spec


def test_the_full_agent_survives(schemas: Schemas) -> None:
    schemas.check("CreateAssistantDTO", assistant_json(FULL))
    schemas.check("UpdateAssistantDTO", assistant_json(FULL))
    assert agent_spec(stored(assistant_json(FULL))) == FULL


def test_names_are_cut_there_and_whole_here() -> None:
    body = assistant_json(FULL)
    assert body["name"] == "The receptionist of the dental clinic at"
    assert agent_spec(stored(body)).name == FULL.name
    assert agent_spec(stored(body | {"name": "Renamed over there"})).name == "Renamed over there"


def test_makers_carry_the_vendors_names() -> None:
    body = assistant_json(FULL)
    assert body["voice"]["provider"] == "11labs"
    assert body["voice"]["similarityBoost"] == 0.75
    assert body["transcriber"] == {
        "provider": "assembly-ai", "speechModel": "universal-streaming-english", "language": "en",
    }  # fmt: skip
    assert body["model"]["messages"] == [{"role": "system", "content": "You are brief."}]


def test_settings_a_voice_maker_does_not_know_are_not_sent() -> None:
    voice = msgspec.structs.replace(FULL.voice, provider="openai", id="alloy")
    assert assistant_json(msgspec.structs.replace(FULL, voice=voice))["voice"] == {
        "provider": "openai", "voiceId": "alloy", "speed": 1.1,
    }  # fmt: skip


def test_the_caller_speaks_first_without_a_greeting() -> None:
    body = assistant_json(msgspec.structs.replace(FULL, greeting=None))
    assert (body["firstMessage"], body["firstMessageMode"]) == ("", "assistant-waits-for-user")


def test_webhooks_are_asked_for_signed_and_repeated() -> None:
    body = assistant_json(FULL)
    assert body["server"]["url"] == "https://app.example.com/api/webhooks/vapi/abc"
    assert body["server"]["headers"] == {"X-Vapi-Secret": "s3cret"}
    assert body["server"]["backoffPlan"]["maxRetries"] == 10
    wanted = {
        "status-update",
        "end-of-call-report",
        'transcript[transcriptType="final"]',
        "tool-calls",
        "transfer-update",
    }
    assert wanted <= set(body["serverMessages"])


def test_recording_transcript_and_sentiment_are_asked_for_and_no_office_noise() -> None:
    body = assistant_json(FULL)
    assert body["artifactPlan"]["recordingEnabled"] is True
    assert body["artifactPlan"]["transcriptPlan"]["enabled"] is True
    assert body["analysisPlan"]["summaryPlan"] == {"enabled": True}
    plan = body["analysisPlan"]["structuredDataPlan"]
    assert plan["enabled"] is True
    assert plan["schema"]["properties"]["sentiment"]["enum"] == ["positive", "neutral", "negative"]
    assert body["backgroundSound"] == "off"


def test_what_others_attached_to_the_model_is_kept(schemas: Schemas) -> None:
    current = wire.decode(msgspec.json.encode(example("assistant.response")), Assistant)
    body = keep_foreign(assistant_json(FULL), current)
    assert body["model"]["toolIds"] == ["9441840b-6f2f-4b0f-a0fc-de8512549a0c"]
    assert body["model"]["messages"] == [{"role": "system", "content": "You are brief."}]
    schemas.check("UpdateAssistantDTO", body)


def test_an_assistant_made_elsewhere_can_be_read() -> None:
    spec = agent_spec(wire.decode(msgspec.json.encode(example("assistant.response")), Assistant))
    assert (spec.name, spec.voice.provider, spec.voice.id) == ("Acme Dental Receptionist", "vapi", "Elliot")
    assert spec.system_prompt == "You are the receptionist of Acme Dental. Be brief."
    assert (spec.max_duration_seconds, spec.end_call_phrases) == (900, ("goodbye",))


def test_an_empty_assistant_can_be_read() -> None:
    assert agent_spec(Assistant(id="a")).tools == ()


def test_nothing_but_malformed_comes_of_an_assistant_with_a_wrong_type_anywhere() -> None:
    body = assistant_json(FULL) | {"id": "a"}
    for path in paths(body):
        for odd in ODD_VALUES:
            changed = msgspec.json.decode(msgspec.json.encode(body))
            put(changed, path, odd)
            try:
                spec = agent_spec(wire.decode(msgspec.json.encode(changed), Assistant))
            except Malformed:
                continue
            msgspec.convert(msgspec.to_builtins(spec), AgentSpec)


def test_secrets_stay_out_of_what_is_printed() -> None:
    assert "s3cret" not in repr(FULL)
