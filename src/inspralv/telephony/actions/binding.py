"""What a workspace decides of its numbers: who answers, who calls, when. A job brings it to the provider."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UnsetType

from inspralv.foundation.errors import Conflict
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.integrations.connections import provider_of
from inspralv.providers.registry import ProviderRegistry
from inspralv.telephony import policy
from inspralv.telephony.events import BindingChanged, BindingRequested, NumberChanged
from inspralv.telephony.queries import binding, numbers
from inspralv.telephony.schemas import BindingChange, Number
from inspralv.tenancy.contexts import WorkspaceContext

_WORDS = ("friendly_name", "description")
_WISH = (
    "inbound_agent_id", "outbound_agent_id", "hours", "fallback_kind", "fallback_agent_id", "fallback_number",
    "fallback_message",
)  # fmt: skip


async def change_binding(
    ctx: WorkspaceContext, number_id: UUID, change: BindingChange, expected: int | None = None
) -> Number:
    """Change the fields that were sent, and nothing else. Raises NotFound, Invalid, and Conflict when `expected` is not
    the version."""
    number = await numbers.lock_number_here(ctx, number_id)
    require_version(number.version, expected)
    if number.state == "releasing":
        raise Conflict(_("This number is being released."))
    wanted = await _wanted(ctx, number, change)
    wish = changes(_told(number), _told(wanted))
    words = changes(policy.told(number, _WORDS), policy.told(wanted, _WORDS))
    if wish[1] or words[1]:
        await binding.save_wish(ctx, wanted, pending=bool(wish[1]))
    if words[1]:
        ctx.record(NumberChanged(entity_id=number_id, old=words[0], new=words[1]))
    if wish[1]:
        ctx.record(BindingChanged(entity_id=number_id, old=wish[0], new=wish[1]))
    return await numbers.find_number_here(ctx, number_id)


async def request_binding(ctx: WorkspaceContext, number_id: UUID) -> Number:
    """Bring the binding to the provider again, whatever is known of it there. Raises NotFound."""
    number = await numbers.lock_number_here(ctx, number_id)
    await binding.mark_pending(ctx, number_id)
    await binding.forget_bound(ctx, number_id)
    old, new = changes({"bind_status": number.bind_status}, {"bind_status": "pending"})
    ctx.record(BindingRequested(entity_id=number_id, old=old, new=new))
    return await numbers.find_number_here(ctx, number_id)


async def _wanted(ctx: WorkspaceContext, number: Number, change: BindingChange) -> Number:
    provider = provider_of(ctx.services, number.provider)
    sent: dict[str, Any] = {
        name: value
        for name in (*_WORDS, "inbound_agent_id", "outbound_agent_id", "hours")
        if not isinstance(value := getattr(change, name), UnsetType)
    }
    for name in _WORDS:
        if name in sent:
            sent[name] = (sent[name] or "").strip() or None
    if not isinstance(change.fallback, UnsetType):
        fallback = policy.read_fallback(change.fallback) if change.fallback else None
        sent |= {
            "fallback_kind": fallback.kind if fallback else None,
            "fallback_agent_id": fallback.agent_id if fallback else None,
            "fallback_number": fallback.number if fallback else None,
            "fallback_message": fallback.message if fallback else None,
        }
    if sent.get("hours") is not None:
        policy.require_hours(sent["hours"])
    if sent.get("inbound_agent_id") and not number.supports_inbound:
        raise policy.refuse("/inbound_agent_id", _("This number takes no incoming calls."))
    if sent.get("outbound_agent_id") and not number.supports_outbound:
        raise policy.refuse("/outbound_agent_id", _("Nobody can call from this number."))
    wanted = msgspec.structs.replace(number, **sent)
    policy.require_routable(provider, wanted.hours, wanted.fallback)
    await _require_takers(ctx, number, sent)
    return wanted


async def _require_takers(ctx: WorkspaceContext, number: Number, sent: dict[str, Any]) -> None:
    """Look at the agents that were chosen just now; those from before may have gone, which their page says."""
    pointers = {
        "/inbound_agent_id": sent.get("inbound_agent_id"),
        "/outbound_agent_id": sent.get("outbound_agent_id"),
        "/fallback/agent_id": sent.get("fallback_agent_id"),
    }
    chosen = {
        pointer: agent_id
        for pointer, agent_id in pointers.items()
        if agent_id not in {None, number.inbound_agent_id, number.outbound_agent_id, number.fallback_agent_id}
    }
    takers = await binding.find_takers(ctx, ctx.here, [one for one in chosen.values() if one])
    labels = {name: one.label for name, one in ctx.services.get(ProviderRegistry).items()}
    policy.require_takers(number, chosen, takers, labels)


def _told(row: Number) -> dict[str, Any]:
    plain = policy.told(row, _WISH)
    return {**plain, "hours": msgspec.to_builtins(row.hours) if row.hours else None}
