"""Their words, in every shape, at our fields."""

import pytest
from tests.providers.synthflow.examples import raw_example

from inspralv.providers.synthflow.refusals import reasons_in, refusal


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (raw_example("error.400.limit"), "Limit must be between 1 and 100."),
        (raw_example("error.404.call"), "Call not found."),
        (raw_example("error.404.route"), "Not Found"),
        (raw_example("error.404.gateway"), "No route matched"),
        (b'{"error": "not_found"}', "not_found"),
        (b'"plain"', "plain"),
        (b"<html>", "no reason given"),
        (b"\xff", "no reason given"),
        (b"[]", "no reason given"),
        (b"{}", "no reason given"),
        (b'{"detail": {"status": "error"}}', "no reason given"),
    ],
)
def test_the_message_is_found(body: bytes, reason: str) -> None:
    assert reasons_in(body)[0][1] == reason


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("voice_id 'x' was not found.", "config.voice_id"),
        ("Voice not available", "config.voice_id"),
        ("llm is not supported", "config.model_settings.model"),
        ("phone must be in the E.164 format.", "to"),
        ("from_phone_number is not attached", "from"),
        ("termination_uri is required.", "trunk"),
        ("phone_number is known already.", "number"),
        ("Something went wrong", ""),
    ],
)
def test_a_text_stands_at_our_field(text: str, field: str) -> None:
    assert refusal(b'{"detail":{"description":"%s"}}' % text.encode()).field == field


def test_a_list_of_faults_stands_at_all_its_fields() -> None:
    found = refusal(
        b'{"detail":[{"loc":["body","agent","voice_id"],"msg":"field required","type":"missing"},'
        b'{"loc":["body","llm"],"msg":"not a valid enumeration member"},"prompt is too long",{"msg":null}]}'
    )
    assert found.problems == (
        ("config.voice_id", "field required"),
        ("config.model_settings.model", "not a valid enumeration member"),
        ("config.system_prompt", "prompt is too long"),
        ("", "no reason given"),
    )
