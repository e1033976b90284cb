"""What sets the jobs of numbers off, and what tells open pages."""

from __future__ import annotations

from inspralv.foundation.context import Context
from inspralv.integrations.events import AccountChanged, IntegrationAssigned, IntegrationUnassigned, KeyResumed
from inspralv.telephony.events import NumberEvent, ReleaseRequested
from inspralv.telephony.tasks import REBIND, TAKE_BACK, PlaceArgs, bind_job, import_job, release_job
from inspralv.tenancy.events import WorkspaceDeleted


def bind_it(ctx: Context, event: NumberEvent) -> None:
    """The provider has to hear who answers and calls."""
    ctx.defer(bind_job(event.entity_id, event.workspace_id or ctx.workspace_id))


def import_it(ctx: Context, event: NumberEvent) -> None:
    """The number has to be brought to its provider."""
    ctx.defer(import_job(event.entity_id, event.workspace_id or ctx.workspace_id))


def release_it(ctx: Context, event: ReleaseRequested) -> None:
    """The number has to be taken away at its provider."""
    ctx.defer(release_job(event.entity_id))


def show_it(ctx: Context, event: NumberEvent) -> None:
    """Open pages draw the number afresh."""
    ctx.publish("numbers", event.entity_id)


def rebind_workspace(ctx: Context, event: IntegrationAssigned | IntegrationUnassigned) -> None:
    """A workspace uses another account, or none."""
    ctx.defer(REBIND(PlaceArgs(workspace_id=event.workspace_id), workspace_id=event.workspace_id))


def rebind_account(ctx: Context, event: KeyResumed) -> None:
    """A key works again: what waited or failed meanwhile may be tried."""
    ctx.defer(REBIND(PlaceArgs(integration_id=event.entity_id)))


def rebind_anew(ctx: Context, event: AccountChanged) -> None:
    """A key of another account: what the former one was told says nothing about this one."""
    ctx.defer(REBIND(PlaceArgs(integration_id=event.entity_id, anew=True)))


def take_back_numbers(ctx: Context, event: WorkspaceDeleted) -> None:
    """The workspace is gone; its numbers come back to the organisation."""
    ctx.defer(TAKE_BACK(PlaceArgs(workspace_id=event.entity_id)))
