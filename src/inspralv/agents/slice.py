"""Agents as a slice."""

from __future__ import annotations

from inspralv.agents import api, tasks
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
from inspralv.foundation.slice import Slice
from inspralv.integrations.events import IntegrationAssigned, IntegrationUnassigned, KeyReplaced

_TO_PUSH = (AgentCreated, AgentRevised, AgentRestored, SyncRequested)
_TO_SHOW = (*_TO_PUSH, AgentActivated, AgentDeactivated, AgentDeleted, AgentSynced, SyncFailed)

SLICE = Slice(
    name="agents",
    routes=api.ROUTES,
    tasks=tasks.TASKS,
    schedules=(tasks.SWEEPING,),
    reactions=(
        *((kind, tasks.push_it) for kind in _TO_PUSH),
        (AgentDeleted, tasks.remove_it),
        *((kind, tasks.show_it) for kind in _TO_SHOW),
        (IntegrationAssigned, tasks.resync_workspace),
        (IntegrationUnassigned, tasks.resync_workspace),
        (KeyReplaced, tasks.resync_integration),
    ),
)
