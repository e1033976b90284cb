"""What staff do with a partner's domains: what the partner itself may do, with the same refusals. Each is in the log of the
platform and of the partner."""

from __future__ import annotations

from uuid import UUID

from inspralv.admin import domain_queries as queries
from inspralv.admin.access import StaffContext
from inspralv.admin.partner_actions import take_living
from inspralv.domains import actions
from inspralv.domains.events import DomainAdded, DomainRemoved, PrimaryChanged
from inspralv.domains.queries import find_primary
from inspralv.domains.schemas import Domain
from inspralv.foundation.events.event import Event
from inspralv.tenancy.directory import Directory


async def add_domain(ctx: StaffContext, partner_id: UUID, typed: str) -> Domain:
    """Add a host name and look at its records at once. Raises NotFound, Conflict, Invalid, Forbidden."""
    await take_living(ctx, partner_id)
    partner = await ctx.services.get(Directory).by_id.get(partner_id)
    async with ctx.within(partner_id) as there:
        domain = await actions.add(there, partner, typed)
    _note(ctx, partner_id, DomainAdded(entity_id=domain.id, new={"hostname": domain.hostname}))
    return domain


async def check_domain(ctx: StaffContext, partner_id: UUID, hostname: str) -> Domain:
    """Look at the records as soon as the worker comes to it. Raises NotFound, Conflict, Invalid."""
    await take_living(ctx, partner_id)
    async with ctx.within(partner_id) as there:
        return await actions.check(there, hostname)


async def make_primary(ctx: StaffContext, partner_id: UUID, hostname: str) -> Domain:
    """Have links in mails lead to a domain. Raises NotFound, Conflict, Invalid while it is not proved."""
    await take_living(ctx, partner_id)
    before = await queries.find_domain(ctx, partner_id, hostname)
    async with ctx.within(partner_id) as there:
        old = {"hostname": await find_primary(there)}
        domain = await actions.make_primary(there, hostname)
    if not before.is_primary:
        _note(ctx, partner_id, PrimaryChanged(entity_id=domain.id, old=old, new={"hostname": domain.hostname}))
    return domain


async def remove_domain(ctx: StaffContext, partner_id: UUID, hostname: str) -> None:
    """Let a domain go. Raises NotFound, Conflict, Invalid for the primary one."""
    await take_living(ctx, partner_id)
    async with ctx.within(partner_id) as there:
        domain = await actions.remove(there, hostname)
    _note(ctx, partner_id, DomainRemoved(entity_id=domain.id, old={"hostname": domain.hostname}))


def _note(ctx: StaffContext, partner_id: UUID, event: Event) -> None:
    """Say it in the platform's log as well; in the partner's it stands already."""
    if partner_id != ctx.partner_id:
        ctx.record(event)
