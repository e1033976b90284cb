"""Bringing numbers in, lending them to workspaces, giving them back. The context sees the whole partner; jobs do what a
provider has to hear of."""

from __future__ import annotations

from uuid import UUID

import msgspec
from msgspec import UnsetType

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict
from inspralv.foundation.events.event import changes
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.integrations.assignment_queries import lock_assignment, require_workspace
from inspralv.integrations.connections import provider_of
from inspralv.integrations.queries import find_integration
from inspralv.providers.contract import VoiceProvider
from inspralv.telephony import policy
from inspralv.telephony.events import (
    ImportRequested,
    NumberAdded,
    NumberAssigned,
    NumberChanged,
    ReleaseRequested,
)
from inspralv.telephony.policy import directions
from inspralv.telephony.queries import numbers, trunks
from inspralv.telephony.schemas import NewNumber, Number, NumberChange

_WORDS = ("friendly_name", "description", "sip_trunk_id", "supports_inbound", "supports_outbound")


async def import_number(ctx: Context, draft: NewNumber) -> Number:
    """Keep a number of one's own; a job brings it to the provider. Raises Invalid at the field that is wrong."""
    phone_number = policy.read_number(draft.phone_number, "/phone_number")
    integration = await find_integration(ctx, draft.integration_id)
    provider = provider_of(ctx.services, integration.provider)
    policy.require_import(provider, is_active=integration.is_active)
    found = await trunks.find_trunk(ctx, draft.sip_trunk_id) if draft.sip_trunk_id else await trunks.find_default(ctx)
    trunk = policy.require_trunk(found)
    if draft.assigned_workspace_id:
        await _require_account(ctx, draft.assigned_workspace_id, integration.id, provider)
    row = numbers.NewRow(
        id=uuid7(ctx.now), phone_number=phone_number, friendly_name=_text(draft.friendly_name),
        description=_text(draft.description), provider=provider.name, integration_id=integration.id,
        sip_trunk_id=trunk.id, state="pending", assigned_workspace_id=draft.assigned_workspace_id,
        directions=directions(provider),
    )  # fmt: skip
    if not await numbers.add_number(ctx, row):
        raise policy.refuse("/phone_number", _("This number is here already."))
    told = policy.told(row, ("phone_number", "friendly_name", "provider", "integration_id", "sip_trunk_id"))
    ctx.record(NumberAdded(entity_id=row.id, new=told))
    return await numbers.find_number(ctx, row.id)


async def retry_import(ctx: Context, number_id: UUID) -> Number:
    """Bring a number to the provider again. Raises NotFound, and Conflict when there is nothing to do."""
    number = await numbers.lock_number(ctx, number_id)
    if number.state not in {"pending", "error"} or number.sip_trunk_id is None:
        raise Conflict(_("This number is not waiting to be brought in."))
    await numbers.mark_pending(ctx, number_id)
    old, new = changes({"state": number.state}, {"state": "pending"})
    ctx.record(ImportRequested(entity_id=number_id, old=old, new=new))
    return await numbers.find_number(ctx, number_id)


async def change_number(ctx: Context, number_id: UUID, change: NumberChange, expected: int | None = None) -> Number:
    """Change the fields that were sent. Raises NotFound, Invalid, and Conflict when `expected` is not the version."""
    number = await numbers.lock_number(ctx, number_id)
    require_version(number.version, expected)
    if number.state == "releasing":
        raise Conflict(_("This number is being released."))
    wanted = await _wanted(ctx, number, change)
    old, new = changes(policy.told(number, _WORDS), policy.told(wanted, _WORDS))
    if new:
        await numbers.save_words(ctx, wanted)
        ctx.record(NumberChanged(entity_id=number_id, workspace_id=number.assigned_workspace_id, old=old, new=new))
    if not isinstance(change.assigned_workspace_id, UnsetType):
        await assign_number(ctx, number, change.assigned_workspace_id)
    return await numbers.find_number(ctx, number_id)


async def assign_number(ctx: Context, number: Number, workspace_id: UUID | None) -> None:
    """Lend a number to a workspace, or take it back; the same one again changes nothing. Raises Invalid when the
    workspace does not use the number's account."""
    if workspace_id == number.assigned_workspace_id:
        return
    if workspace_id is not None:
        await _require_account(ctx, workspace_id, number.integration_id, provider_of(ctx.services, number.provider))
    await numbers.assign(ctx, number.id, workspace_id)
    old = {"assigned_workspace_id": str(number.assigned_workspace_id) if number.assigned_workspace_id else None}
    new = {"assigned_workspace_id": str(workspace_id) if workspace_id else None}
    ctx.record(
        NumberAssigned(entity_id=number.id, workspace_id=workspace_id or number.assigned_workspace_id, old=old, new=new)
    )


async def release_number(ctx: Context, number_id: UUID) -> None:
    """Give an imported number back: a job takes it away at the provider, then it is gone here. One that is gone there
    is forgotten. Raises NotFound, and Conflict for a number of the provider's own."""
    number = await numbers.lock_number(ctx, number_id)
    policy.require_releasable(number, provider_of(ctx.services, number.provider).label)
    if number.assigned_workspace_id is not None:
        await assign_number(ctx, number, None)
    await numbers.mark_releasing(ctx, number_id)
    ctx.record(ReleaseRequested(entity_id=number_id, old={"phone_number": number.phone_number}))


async def _wanted(ctx: Context, number: Number, change: NumberChange) -> Number:
    sent = {name: value for name in _WORDS if not isinstance(value := getattr(change, name), UnsetType)}
    for name in ("friendly_name", "description"):
        if name in sent:
            sent[name] = _text(sent[name])
    possible = directions(provider_of(ctx.services, number.provider))
    for name in ("supports_inbound", "supports_outbound"):
        if sent.get(name) and not getattr(possible, name):
            raise policy.refuse(f"/{name}", _("The provider cannot do this."))
    if "sip_trunk_id" in sent and sent["sip_trunk_id"] != number.sip_trunk_id:
        if number.sip_trunk_id is None or number.state == "active":
            raise policy.refuse(
                "/sip_trunk_id", _("The provider has this number already. Release it to use another trunk.")
            )
        policy.require_trunk(await trunks.find_trunk(ctx, sent["sip_trunk_id"]))
    return msgspec.structs.replace(number, **sent)


async def _require_account(ctx: Context, workspace_id: UUID, integration_id: UUID, provider: VoiceProvider) -> None:
    """A number lives in one account, so its workspace has to use that account. Raises NotFound and Invalid."""
    await require_workspace(ctx, workspace_id)
    held = await lock_assignment(ctx, workspace_id, provider.name)
    if held is None or held.integration_id != integration_id:
        integration = await find_integration(ctx, integration_id)
        message = _(
            "This workspace does not use the %(label)s key “%(name)s”. Give it the key first.",
            label=provider.label,
            name=integration.name,
        )
        raise policy.refuse("/assigned_workspace_id", message)


def _text(text: str | None) -> str | None:
    return (text or "").strip() or None
