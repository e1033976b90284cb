"""Agents as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.agents import api, pages, reactions, tasks, wizard
from inspralv.agents.events import (
    AgentActivated,
    AgentCreated,
    AgentDeactivated,
    AgentDeleted,
    AgentRestored,
    AgentRevised,
    AgentSynced,
    SyncFailed,
    SyncRequested,
)  # fmt: skip
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.integrations.events import IntegrationAssigned, IntegrationUnassigned, KeyReplaced
from inspralv.tenancy.events import WorkspaceDeleted
from inspralv.tenancy.permissions import P

_TO_PUSH = (AgentCreated, AgentRevised, AgentRestored, SyncRequested)
_TO_SHOW = (*_TO_PUSH, AgentActivated, AgentDeactivated, AgentDeleted, AgentSynced, SyncFailed)

SLICE = Slice(
    name="agents",
    routes=(*api.ROUTES, *pages.ROUTES, *wizard.ROUTES),
    tasks=tasks.TASKS,
    schedules=(tasks.SWEEPING,),
    reactions=(
        *((kind, reactions.push_it) for kind in _TO_PUSH),
        (AgentDeleted, reactions.remove_it),
        *((kind, reactions.show_it) for kind in _TO_SHOW),
        (IntegrationAssigned, reactions.resync_workspace),
        (IntegrationUnassigned, reactions.resync_workspace),
        (KeyReplaced, reactions.resync_integration),
        (WorkspaceDeleted, reactions.retire_workspace),
    ),
    nav=(NavEntry("workspace", "", "Agents", "/agents", "bot", P.AGENTS_READ, hotkey="g a", order=20),),
    live=(LivePart("agents", pages.draw_agents),),
    templates=Path(__file__).parent / "templates",
)
