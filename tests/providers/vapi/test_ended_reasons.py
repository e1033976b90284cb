import pytest
from tests.providers.vapi.examples import ENDED_REASONS

from inspralv.providers.contract import CallStatus
from inspralv.providers.vapi.ended_reasons import is_machine, status_of


def test_all_documented_reasons_are_here() -> None:
    assert len(ENDED_REASONS) == 595


@pytest.mark.parametrize("started", [True, False])
def test_every_documented_reason_is_read_as_documented(started: bool) -> None:
    wrong = {
        reason: status_of(reason, started=started)
        for reason, status in ENDED_REASONS.items()
        if status_of(reason, started=started) != status
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("reason", "started", "status"),
    [
        ("some-new-way-to-end", True, CallStatus.COMPLETED),
        ("some-new-way-to-end", False, CallStatus.FAILED),
        ("some-new-error-of-somebody", True, CallStatus.FAILED),
        ("new-thing-failed", True, CallStatus.FAILED),
        (None, True, CallStatus.COMPLETED),
        (None, False, CallStatus.FAILED),
        ("", True, CallStatus.COMPLETED),
    ],
)
def test_unknown_reasons_follow_the_default_rule(reason: str | None, started: bool, status: CallStatus) -> None:
    assert status_of(reason, started=started) is status


def test_only_voicemail_means_a_machine() -> None:
    assert [reason for reason in ENDED_REASONS if is_machine(reason)] == ["voicemail"]
