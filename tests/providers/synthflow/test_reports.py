"""Calls as the API tells them, and what is made of it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.providers.synthflow.examples import EXAMPLES, example
from tests.providers.synthflow.schemas import Schemas

from inspralv.providers.contract import CallCost, CallReport, CallStatus, CallType, Speaker
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.reports import call_report
from inspralv.providers.synthflow.statuses import STATUSES
from inspralv.providers.synthflow.transcripts import transcript_lines

BEGAN = datetime(2026, 9, 1, 12, 0, 3, tzinfo=UTC)


def report(example_name: str, kind: str | None = None, **changes: Any) -> CallReport:
    body = example(example_name)["response"]["calls"][0] | changes
    return call_report(wire.decode(msgspec.json.encode(body), wire.Call), kind)


@pytest.mark.parametrize("name", [name for name, one in EXAMPLES.items() if one["schema"]])
def test_every_example_fits_the_description(name: str, schemas: Schemas) -> None:
    schemas.check(EXAMPLES[name]["schema"], example(name))


@pytest.mark.parametrize("name", ["call.get.response", "call.list.response"])
def test_a_completed_call(name: str) -> None:
    found = report(name)
    assert (found.provider_call_id, found.type, found.status) == (
        "a1b2c3d4-0002-4b00-9b00-00000000c001", CallType.OUTBOUND, CallStatus.COMPLETED,
    )  # fmt: skip
    assert found.remote_agent_id == "a1b2c3d4-0001-4a00-8a00-00000000a001"
    assert (found.created_at, found.started_at) == (BEGAN, BEGAN)
    assert found.ended_at == datetime(2026, 9, 1, 12, 1, 4, tzinfo=UTC)
    assert found.duration_seconds == 60
    assert (found.from_number, found.to_number, found.customer_name) == ("+14155550100", "+14155550123", "Dana Lee")
    assert (found.ended_reason, found.ended_message) == ("human_goodbye", None)
    assert [line.role for line in found.transcript] == [Speaker.AGENT, Speaker.CALLER, Speaker.AGENT]
    assert found.recording_url == "https://storage.googleapis.com/example/room-call_00001.mp3"
    assert found.analysis.structured_data == {"appointment_day": "friday"}
    assert (found.analysis.summary, found.cost) == (None, CallCost())


def test_a_call_that_nobody_answered() -> None:
    found = report("call.get.no-answer.response")
    assert (found.status, found.started_at, found.duration_seconds) == (CallStatus.NO_ANSWER, None, 0)
    assert (found.transcript, found.recording_url) == ((), None)


@pytest.mark.parametrize(("status", "ours"), STATUSES.items())
@pytest.mark.parametrize("key", ["status", "call_status"])
def test_every_status(status: str, ours: CallStatus, key: str, schemas: Schemas) -> None:
    schemas.check("CallStatus", status)
    assert report("call.get.response", **{"status": None, key: status}).status is ours


def test_a_status_that_nobody_knows_moves_nothing() -> None:
    found = report("call.get.response", status="daydreaming")
    assert (found.status, found.ended_at) == (CallStatus.QUEUED, None)


@pytest.mark.parametrize(
    ("changes", "machine"),
    [
        ({"end_call_reason": "voicemail"}, True),
        ({"end_call_reason": "voicemail_message_left"}, True),
        ({"status": "left_voicemail", "end_call_reason": None}, True),
        ({"status": "hangup_on_voicemail", "end_call_reason": None}, True),
        ({"end_call_reason": "human_goodbye"}, False),
        ({"end_call_reason": None}, False),
    ],
)
def test_answering_machines(changes: dict[str, Any], machine: bool) -> None:  # noqa: FBT001
    assert report("call.get.response", **changes).answered_by_machine is machine


@pytest.mark.parametrize(("value", "seconds"), [(25, 25), ("25", 25), (None, 0), (0, 0), (25.4, 25)])
def test_a_duration_may_be_a_text(value: Any, seconds: int) -> None:
    assert report("call.list.response", duration=value).duration_seconds == seconds


@pytest.mark.parametrize("value", ["1788264003000", 1788264003000, "2026-09-01T08:00:03-04:00"])
def test_both_ways_to_write_the_start(value: Any) -> None:
    assert report("call.get.response", start_time=value).created_at == BEGAN


def test_times_that_cannot_be_read_count_as_not_given() -> None:
    found = report("call.get.response", start_time="soon", telephony_start="x", telephony_end="y")
    assert (found.created_at, found.started_at, found.ended_at) == (None, None, None)


def test_who_called_whom() -> None:
    swapped = {"phone_number_from": "+14155550123", "phone_number_to": "+14155550100"}
    found = report("call.get.response", type_of_call="inbound", campaign_type="inbound", **swapped)
    assert (found.type, found.from_number, found.to_number) == (CallType.INBOUND, "+14155550123", "+14155550100")
    derived = report("call.list.response", phone_number_from=None, phone_number_to=None)
    assert (derived.from_number, derived.to_number) == ("+14155550100", "+14155550123")
    assert report("call.get.response", kind="widget").type is CallType.WEB
    assert report("call.get.response", name="+14155550123").customer_name is None


def test_the_mark_comes_back() -> None:
    assert report("call.get.response", prompt_variables={"call_mark": "m"}).mark == "m"
    assert report("call.get.response", prompt_variables=None).mark is None


def test_what_cannot_be_read_of_actions_is_passed_over() -> None:
    actions = {
        "a": {"action_type": "extract_info_action_type", "return_value": "{broken"},
        "b": {"action_type": "custom_function_action_type", "return_value": '{"x": 1}'},
        "c": {"action_type": "extract_info_action_type", "return_value": {"y": None}},
        "d": None,
    }
    collected = {"agent": {"name": {"value": "Dana", "collected": True}, "age": {"value": 3, "collected": False}}}
    found = report("call.get.response", executed_actions=actions, collected_variables=collected)
    assert found.analysis.structured_data == {"y": None, "name": "Dana"}
    assert report("call.list.response").analysis.success == "true"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (None, []),
        ("", []),
        ("no speaker at all", []),
        ("\nbot: Hi.\nhuman: Hello.", [("agent", "Hi."), ("caller", "Hello.")]),
        ("Agent: Hi.\nand more\nUSER: Yes: no", [("agent", "Hi.\nand more"), ("caller", "Yes: no")]),
        ("bot:\nhuman: x", [("caller", "x")]),
    ],
)
def test_transcripts(text: str | None, lines: list[tuple[str, str]]) -> None:
    assert [(line.role.value, line.text) for line in transcript_lines(text)] == lines
