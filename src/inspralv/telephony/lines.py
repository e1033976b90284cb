"""What the room of calls asks: from which numbers an agent may call."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.telephony.queries import binding


class Line(msgspec.Struct, frozen=True):
    """A number to call from: ours to show (None where nobody knows it), and the provider's id of it."""

    phone_number: str | None
    name: str | None
    external_id: str


async def list_lines(ctx: Context, agent_id: UUID, integration_id: UUID) -> list[Line]:
    """Return the numbers that are bound to an agent for outbound calls, at the account where it lives. The context is
    one of the agent's workspace."""
    rows = await binding.list_callers(ctx, agent_id, integration_id)
    return [Line(row.phone_number, row.friendly_name, row.external_id) for row in rows if row.external_id]
