"""Who takes a call: every way a number can stand, decided without a database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.telephony.conftest import REGISTRY, ROUTING

from inspralv.providers.contract import Ability, CallRoute, RouteRequested, VoiceProvider
from inspralv.telephony.hours import BusinessHours, Span
from inspralv.telephony.routing import SORRY, decide
from inspralv.telephony.schemas import Number, Taker

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday
MONDAYS = BusinessHours(timezone="UTC", mon=[Span("09:00", "17:00")])
TUESDAYS = BusinessHours(timezone="UTC", tue=[Span("09:00", "17:00")])
ACCOUNT, OTHER, CLINIC = (UUID(int=n) for n in (1, 2, 3))
DAY, NIGHT = UUID(int=11), UUID(int=12)
ASKED = RouteRequested(
    event_key="k", occurred_at=NOON, provider_call_id="c", remote_agent_id=None, from_number="+14155557701",
    to_number="+14155550100",
)  # fmt: skip
SPEAKING = [name for name in ROUTING if Ability.ROUTE_TO_MESSAGE in REGISTRY[name].abilities]


def number(provider: str, **changes: Any) -> Number:
    values: dict[str, Any] = dict.fromkeys(Number.__struct_fields__)
    usual = {
        "id": UUID(int=9), "phone_number": "+14155550100", "provider": provider, "integration_id": ACCOUNT, "state": "active",
        "assigned_workspace_id": CLINIC, "inbound_agent_id": DAY, "fallback_agent_id": NIGHT, "fallback_kind": "agent",
        "hours": MONDAYS, "bound": {}, "version": 1,
    }  # fmt: skip
    return Number(**{**values, **usual, **changes})


def taker(runs_at: str, agent_id: UUID, **changes: Any) -> Taker:
    usual = {
        "id": agent_id, "workspace_id": CLINIC, "name": "Day" if agent_id == DAY else "Night", "provider": runs_at,
        "is_active": True, "is_deleted": False, "external_agent_id": f"remote-{agent_id.int}", "integration_id": ACCOUNT,
        "ids": {"id": "x"},
    }  # fmt: skip
    return Taker(**{**usual, **changes})


def decision(name: str, day: dict[str, Any] | None = None, **changes: Any) -> tuple[CallRoute, str]:
    provider: VoiceProvider = REGISTRY[name]
    takers = {DAY: taker(name, DAY, **(day or {})), NIGHT: taker(name, NIGHT)}
    found = decide(provider, number(name, **changes), takers, ASKED, NOON)
    return found.route, found.reason


@pytest.mark.parametrize("name", ROUTING)
def test_open_and_closed(name: str) -> None:
    caller = {"phone_number": "+14155557701"}
    assert decision(name) == (CallRoute(agent_id="remote-11", variables=caller), "open: “Day”")
    assert decision(name, hours=TUESDAYS) == (CallRoute(agent_id="remote-12", variables=caller), "closed: “Night”")
    assert decision(name, hours=None)[0].agent_id == "remote-11"


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize(
    ("day", "changes", "reason"),
    [
        ({"is_deleted": True}, {}, "open, but “Day” was deleted"),
        ({"is_active": False}, {}, "open, but “Day” is paused"),
        ({"provider": "another"}, {}, "open, but “Day” does not run at the number's account"),
        ({"integration_id": OTHER}, {}, "open, but “Day” does not run at the number's account"),
        ({"ids": {}}, {}, "open, but “Day” is not at the provider yet"),
        ({}, {"inbound_agent_id": None}, "open, and no agent is bound"),
        ({}, {"inbound_agent_id": UUID(int=99)}, "open, and no agent is bound"),
        ({}, {"hours": TUESDAYS, "fallback_kind": None}, "closed, and nothing that could be done then"),
        ({}, {"hours": TUESDAYS, "fallback_agent_id": None}, "closed, and no agent is bound"),
    ],
)  # fmt: skip
def test_nobody_is_a_polite_sentence(name: str, day: dict[str, Any], changes: dict[str, Any], reason: str) -> None:
    assert decision(name, day, **changes) == (CallRoute(message=SORRY), reason)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_an_unknown_number_is_nobodys(name: str) -> None:
    found = decide(REGISTRY[name], None, {}, ASKED, NOON)
    assert found.route == (CallRoute(message=SORRY) if name in SPEAKING else CallRoute())
    assert (found.number_id, found.agent_id) == (None, None)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_numbers_and_messages_go_to_providers_that_know_them(name: str) -> None:
    """A provider is never given what it has not declared."""
    abilities = REGISTRY[name].abilities
    nobody = CallRoute(message=SORRY) if name in SPEAKING else CallRoute()
    there, _ = decision(name, hours=TUESDAYS, fallback_kind="number", fallback_number="+14155550123")
    assert there == (CallRoute(number="+14155550123") if Ability.ROUTE_TO_NUMBER in abilities else nobody)
    spoken, _ = decision(name, hours=TUESDAYS, fallback_kind="message", fallback_message="Closed.")
    assert spoken == (CallRoute(message="Closed.") if Ability.ROUTE_TO_MESSAGE in abilities else CallRoute())


def test_every_provider_writes_every_answer_it_may_be_given() -> None:
    for name, provider in REGISTRY.items():
        routes = [CallRoute(), CallRoute(agent_id="remote-11", variables={"city": "Lakeside"})]
        if Ability.ROUTE_TO_NUMBER in provider.abilities:
            routes.append(CallRoute(number="+14155550123"))
        if name in SPEAKING:
            routes.append(CallRoute(message="Closed."))
        answers = [provider.hooks.route_answer(route) for route in routes]
        assert len(set(answers)) == len(answers), name
