import msgspec
import pytest
from tests.providers.vapi.specs import FULL

from inspralv.providers.contract import E164, AgentSpec, CallStatus


@pytest.mark.parametrize("number", ["+14155550123", "+442071838750", "+61212345678"])
def test_telephone_numbers(number: str) -> None:
    assert E164(number) == number


@pytest.mark.parametrize("number", ["", "14155550123", "+0415555012", "+1 415", "+1415", "+1234567890123456", "+1415555012३", "+14155550123\n"])  # fmt: skip  # noqa: E501
def test_what_is_no_telephone_number(number: str) -> None:
    with pytest.raises(ValueError, match="country code"):
        E164(number)


def test_final_statuses() -> None:
    assert [status for status in CallStatus if not status.is_final] == ["queued", "ringing", "in_progress"]


def test_an_agent_survives_storage() -> None:
    assert msgspec.json.decode(msgspec.json.encode(FULL), type=AgentSpec) == FULL
