"""The event log: one row an event, in the transaction in which it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspralv.foundation.ids import uuid7

if TYPE_CHECKING:
    from inspralv.foundation.context import Context
    from inspralv.foundation.events.event import Event

_INSERT = """
INSERT INTO audit_log (partner_id, id, workspace_id, actor_id, actor_kind, acting_as, action, entity_type, entity_id,
                       old_values, new_values, ip, user_agent, request_id, created_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $now)
"""


async def write_events(ctx: Context, events: list[Event]) -> None:
    """Append the events with who, as whom and from where. Ids in the order in which they happened: all have one time."""
    ids = sorted(uuid7(ctx.now) for _ in events)
    for entry_id, event in zip(ids, events, strict=True):
        await ctx.execute(
            _INSERT,
            entry_id,
            event.workspace_id or ctx.workspace_id,
            ctx.actor.id,
            ctx.actor.kind,
            ctx.actor.acting_as,
            event.action,
            event.entity,
            str(event.entity_id),
            event.old,
            event.new,
            ctx.origin.ip,
            ctx.origin.user_agent,
            ctx.origin.request_id or None,
        )
