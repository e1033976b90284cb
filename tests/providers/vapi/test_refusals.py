import json

import pytest

from inspralv.providers.vapi.refusals import field_of, refusal


@pytest.mark.parametrize(
    ("reason", "field"),
    [
        ("voice.voiceId must be a string", "config.voice_id"),
        ("assistant.voice.voiceId must be a string", "config.voice_id"),
        ("voice.stability must not be greater than 1", "config.voice_settings.stability"),
        ("voice.provider must be one of the following values: 11labs, azure", "voice_provider"),
        ("model.model must be one of the following values: gpt-4.1", "config.model_settings.model"),
        ("model.maxTokens must not be less than 50", "config.model_settings.max_tokens"),
        ("model.temperature must not be greater than 2", "config.model_settings.temperature"),
        ("model.messages.0.content must be a string", "config.system_prompt"),
        ("model.tools.2.function.name must match the pattern", "config.tools"),
        ("transcriber.language must be one of the following values: en", "config.transcriber_settings.language"),
        ("maxDurationSeconds must not be less than 10", "config.max_duration_seconds"),
        ("each value in endCallPhrases must be longer than or equal to 2 characters", "config.end_call_phrases"),
        ("name must be shorter than or equal to 40 characters", "name"),
        ("customer.number must be a valid phone number in the E.164 format", "to"),
        ("phoneNumberId must be a UUID", "from"),
        ("property foo should not exist", ""),
        ("property voice.accent should not exist", "config.voice_id"),
        ("Need Either `assistant`, `assistantId`, `squad`, Or `squadId`.", ""),
        ("", ""),
    ],
)
def test_their_path_becomes_our_field(reason: str, field: str) -> None:
    assert field_of(reason) == field


def test_all_reasons_are_kept() -> None:
    body = {"message": ["voice.voiceId must be a string", "name must be a string"], "error": "Bad Request"}
    refused = refusal(json.dumps(body).encode())
    assert (refused.field, refused.reason) == ("config.voice_id", "voice.voiceId must be a string")
    assert [field for field, _ in refused.problems] == ["config.voice_id", "name"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"message":"Over budget","error":"Bad Request"}', "Over budget"),
        (b'{"error":"assistant_pinned","message":"The assistant is pinned."}', "The assistant is pinned."),
        (b'{"error":"Bad Request"}', "Bad Request"),
        (b'"plain"', "plain"),
        (b'{"message":[]}', "no reason given"),
        (b"{}", "no reason given"),
        (b"null", "no reason given"),
        (b"<html>no</html>", "no reason given"),
        (b"", "no reason given"),
        (b"\xff", "no reason given"),
    ],
)
def test_any_body_gives_a_reason(body: bytes, reason: str) -> None:
    assert refusal(body).reason == reason
