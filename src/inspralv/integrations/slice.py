"""Integrations as a slice."""

from __future__ import annotations

from inspralv.foundation.slice import Slice
from inspralv.integrations import api, tasks
from inspralv.tenancy.events import WorkspaceCreated

SLICE = Slice(
    name="integrations",
    routes=api.ROUTES,
    tasks=(tasks.GIVE_DEFAULTS,),
    reactions=((WorkspaceCreated, tasks.on_workspace_created),),
)
