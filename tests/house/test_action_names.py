"""The names of actions in the log: those that were promised are kept, and each one there is is really written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import FunctionType

import pytest
from tests.house.following import followed, handler_of, mentioned
from tests.house.routes import all_routes

from inspralv.assembly import SLICES
from inspralv.audit.log_terms import DEEDS, THINGS
from inspralv.commands import admin
from inspralv.foundation.events.event import Event

# Reference facts, section 8.4: the actions that were declared from the beginning.
PROMISED = (
    "user.login", "user.logout", "user.invited", "user.joined", "user.updated", "user.deleted",
    "agent.created", "agent.updated", "agent.deleted",
    "workspace.created", "workspace.updated", "workspace.deleted",
    "member.invited", "member.joined", "member.removed",
    "partner.created", "partner.updated", "partner.deleted",
    "settings.updated",
    "invitation.created", "invitation.accepted", "invitation.revoked",
)  # fmt: skip


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


EVENTS = [
    one
    for one in _below(Event)
    if one.__module__.startswith("inspralv.") and isinstance(one.__dict__.get("action"), str)
]


@pytest.fixture(scope="module")
def written() -> set[type[Event]]:
    """Every event that a route, a job, a reaction or a command comes to."""
    starts = [handler_of(row) for row in all_routes()]
    starts += [inspect.unwrap(one) for task in (t for part in SLICES for t in part.tasks) for one in _of_task(task)]
    starts += [inspect.unwrap(react) for part in SLICES for _kind, react in part.reactions]
    starts += [one for _name, one in inspect.getmembers(admin, inspect.isfunction)]
    return {
        found
        for function, names in followed(starts)
        for found in mentioned(function, names)
        if inspect.isclass(found) and issubclass(found, Event)
    }


def _of_task(task: object) -> list[FunctionType]:
    return [one for one in (getattr(task, "handler", None), getattr(task, "give_up", None)) if inspect.isfunction(one)]


@pytest.mark.parametrize("action", PROMISED)
def test_a_promised_action_is_kept_and_written(action: str, written: set[type[Event]]) -> None:
    of_this_name = {event for event in EVENTS if event.action == action}
    assert of_this_name
    assert of_this_name & written


def test_every_action_is_written_by_something(written: set[type[Event]]) -> None:
    assert [event for event in EVENTS if event not in written] == []


def test_every_kind_of_thing_has_its_word() -> None:
    assert {event.entity for event in EVENTS} <= THINGS.keys()


@pytest.mark.parametrize("action", sorted({event.action for event in EVENTS}))
def test_every_action_has_its_words(action: str) -> None:
    thing, _, deed = action.partition(".")
    assert re.fullmatch("[a-z_]+[.][a-z_]+", action)
    assert thing in THINGS
    assert deed in DEEDS
