"""Telephony as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.foundation.language.texts import N_
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.integrations.events import AccountChanged, IntegrationAssigned, IntegrationUnassigned, KeyResumed
from inspralv.telephony import (
    api,
    events,
    number_pages,
    organisation_pages,
    reactions,
    tasks,
    workspace_api,
    workspace_pages,
)
from inspralv.telephony.sealing import SEALED
from inspralv.tenancy.events import WorkspaceDeleted
from inspralv.tenancy.permissions import P

_TO_BIND = (events.BindingChanged, events.BindingRequested, events.NumberAssigned, events.NumberImported)
_TO_IMPORT = (events.NumberAdded, events.ImportRequested)
_TO_SHOW = (
    *_TO_BIND, *_TO_IMPORT, events.NumberChanged, events.NumberBound, events.BindingFailed, events.ImportFailed,
    events.NumberGone,
)  # fmt: skip

SLICE = Slice(
    name="telephony",
    routes=(
        *api.ROUTES,
        *workspace_api.ROUTES,
        *organisation_pages.ROUTES,
        *number_pages.ROUTES,
        *workspace_pages.ROUTES,
    ),
    tasks=tasks.TASKS,
    schedules=(tasks.SWEEPING,),
    reactions=(
        *((kind, reactions.bind_it) for kind in _TO_BIND),
        *((kind, reactions.import_it) for kind in _TO_IMPORT),
        (events.ReleaseRequested, reactions.release_it),
        *((kind, reactions.show_it) for kind in _TO_SHOW),
        (IntegrationAssigned, reactions.rebind_workspace),
        (IntegrationUnassigned, reactions.rebind_workspace),
        (KeyResumed, reactions.rebind_account),
        (AccountChanged, reactions.rebind_anew),
        (WorkspaceDeleted, reactions.take_back_numbers),
    ),
    nav=(
        NavEntry("organisation", "", N_("Telephony"), "/telephony", "phone", P.PARTNER_INTEGRATIONS_READ, order=410),
        NavEntry("workspace", N_("Build"), N_("Phone numbers"), "/telephony", "phone", P.TELEPHONY_READ, "g p", 290),
    ),
    live=(LivePart("numbers", workspace_pages.draw_numbers),),
    sealed=SEALED,
    templates=Path(__file__).parent / "templates",
)
