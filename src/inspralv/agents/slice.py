"""Agents as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.agents import api, editor_pages, pages, provider_pages, reactions, tasks, voice_pages, wizard
from inspralv.agents.drift import api as drift_api
from inspralv.agents.drift import pages as drift_pages
from inspralv.agents.drift import tasks as drift_tasks
from inspralv.agents.events import (
    AgentActivated,
    AgentCreated,
    AgentDeactivated,
    AgentDeleted,
    AgentMoved,
    AgentRestored,
    AgentRevised,
    AgentSynced,
    DriftAdopted,
    DriftOverwritten,
    SyncFailed,
    SyncRequested,
    VersionRestored,
)  # fmt: skip
from inspralv.agents.history import api as history_api
from inspralv.agents.history import pages as history_pages
from inspralv.foundation.language.texts import N_
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.integrations.events import AccountChanged, IntegrationAssigned, IntegrationUnassigned, KeyResumed
from inspralv.tenancy.events import WorkspaceDeleted, WorkspaceUpdated
from inspralv.tenancy.permissions import P

_TO_PUSH = (AgentCreated, AgentRevised, AgentRestored, SyncRequested, VersionRestored, DriftAdopted, DriftOverwritten)
_TO_FOLLOW = (AgentSynced, AgentActivated, AgentDeactivated, AgentDeleted, AgentRestored, AgentMoved)
_TO_SHOW = (*_TO_PUSH, AgentActivated, AgentDeactivated, AgentDeleted, AgentSynced, SyncFailed)

SLICE = Slice(
    name="agents",
    routes=(
        *api.ROUTES,
        *pages.ROUTES,
        *editor_pages.ROUTES,
        *voice_pages.ROUTES,
        *provider_pages.ROUTES,
        *wizard.ROUTES,
        *history_api.ROUTES,
        *history_pages.ROUTES,
        *drift_api.ROUTES,
        *drift_pages.ROUTES,
    ),
    tasks=(*tasks.TASKS, *drift_tasks.TASKS),
    schedules=(tasks.SWEEPING, drift_tasks.SWEEPING),
    reactions=(
        *((kind, reactions.push_it) for kind in _TO_PUSH),
        (AgentDeleted, reactions.remove_it),
        (AgentMoved, reactions.discard_it),
        *((kind, reactions.show_it) for kind in _TO_SHOW),
        *((kind, reactions.tell_telephony) for kind in _TO_FOLLOW),
        *((kind, reactions.show_drift) for kind in _TO_SHOW),
        (IntegrationAssigned, reactions.resync_workspace),
        (IntegrationUnassigned, reactions.resync_workspace),
        (AccountChanged, reactions.resync_integration),
        (KeyResumed, reactions.resume_integration),
        (WorkspaceDeleted, reactions.retire_workspace),
        (WorkspaceUpdated, reactions.resync_variables),
    ),
    nav=(NavEntry("workspace", "", N_("Agents"), "/agents", "bot", P.AGENTS_READ, hotkey="g a", order=20),),
    live=(LivePart("agents", pages.draw_agents), LivePart("agent-drift", drift_pages.draw_drift)),
    templates=Path(__file__).parent / "templates",
)
