"""The demo's telephone numbers: the line of each emulated account, lent to the partner's first workspace."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.services import Services
from inspralv.providers.registry import ProviderRegistry
from inspralv.sandbox.customers import Customer
from inspralv.telephony.policy import directions
from inspralv.telephony.queries.numbers import NewRow, add_number

_ACCOUNT = "SELECT id FROM integrations WHERE partner_id = $partner AND provider = $1 AND is_default"
_FIRST = """
SELECT id FROM workspaces WHERE partner_id = $partner AND deleted_at IS NULL
 ORDER BY slug = 'lakeside-dental' DESC, slug LIMIT 1
"""


async def add_line(services: Services, partner_id: UUID, name: str, customer: Customer) -> None:
    """Keep the account's line, as fetching would; again, it changes nothing."""
    ctx = Context(services, Scope(partner_id, wide=True), Actor("system"), Origin())
    row = NewRow(
        id=uuid7(ctx.now), phone_number=customer.number, friendly_name="Main line", provider=name,
        integration_id=await ctx.fetch_value(_ACCOUNT, name), external_id=customer.number_id, state="active",
        directions=directions(services.get(ProviderRegistry)[name]), assigned_workspace_id=await ctx.fetch_value(_FIRST),
    )  # fmt: skip
    await add_number(ctx, row)
    await ctx.commit()
