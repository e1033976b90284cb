"""Fills an empty installation with the demo: partners, people, keys of the provider sandbox, agents, calls.

Agents and keys go through the product's own actions, so that jobs push them to the sandbox as soon as a worker runs.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

import msgspec
import psycopg

from inspralv.agents.actions import create_agent
from inspralv.assembly import dsns_of, open_services
from inspralv.demo import cast
from inspralv.demo.agents import agents_of
from inspralv.demo.history import write_history
from inspralv.demo.numbers import add_line
from inspralv.demo.sign_ins import PASSWORD
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.passwords import hash_password
from inspralv.foundation.services import Services
from inspralv.integrations.actions import add_integration
from inspralv.integrations.schemas import NewIntegration
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.sandbox.customers import CUSTOMERS, Customer
from inspralv.settings import Settings
from inspralv.tenancy.contexts import Person, WorkspaceCard, WorkspaceContext
from inspralv.tenancy.directory import Directory

_PARTNERS = ("acme", "rival")
_CALLS_PER_DAY = {"lakeside-dental": 6, "corner-bakery": 3, "north-studio": 2}


def fill_demo(settings: Settings) -> None:
    """Fill what is missing of the demo; an interrupted filling goes on where it stopped. The database must be migrated.
    Raises psycopg.Error."""
    with psycopg.connect(dsns_of(settings).owner) as owner:
        if cast.is_complete(owner):
            return
        if not cast.is_laid_down(owner):
            cast.lay_down(owner, asyncio.run(hash_password(PASSWORD)))
            owner.commit()
    asyncio.run(_furnish(settings))


async def _furnish(settings: Settings) -> None:
    async with open_services(settings, listen=False) as services:
        for slug in _PARTNERS:
            rows = await services.pool.fetch("SELECT id FROM app.partners WHERE slug = $1", slug)
            partner_id: UUID = rows[0]["id"]
            owner = await _find_owner(services, partner_id)
            for name in services.get(ProviderRegistry):
                await _add_key(services, partner_id, owner, name, getattr(CUSTOMERS[name], slug))
                await add_line(services, partner_id, name, getattr(CUSTOMERS[name], slug))
            await _add_agents(services, partner_id, owner)


async def _find_owner(services: Services, partner_id: UUID) -> Person:
    ctx = Context(services, Scope(partner_id, wide=True), Actor("system"), Origin())
    owner = await ctx.fetch_one(
        Person,
        "SELECT u.id, u.email, u.first_name, u.last_name, u.avatar_url FROM users u JOIN partner_members m ON m.partner_id = $partner"
        " AND m.user_id = u.id WHERE u.partner_id = $partner AND m.role = 'owner' LIMIT 1",
    )
    await ctx.commit()
    assert owner is not None
    return owner


async def _add_key(services: Services, partner_id: UUID, owner: Person, name: str, customer: Customer) -> None:
    """Keep the sandbox's key of a provider as the partner's, on behalf of its owner."""
    ctx = Context(services, Scope(partner_id, wide=True), Actor("user", owner.id), Origin())
    known = await ctx.fetch_value(
        "SELECT count(*) FROM integrations WHERE partner_id = $partner AND provider = $1", name
    )
    if not known:
        await add_integration(ctx, _draft(services.get(ProviderRegistry)[name], customer))
    await ctx.commit()


def _draft(provider: VoiceProvider, customer: Customer) -> NewIntegration:
    """Secret fields of the provider's form are keys, the others are part of the configuration."""
    keys = {f"default_{field}": value for field, value in customer.credentials.items() if field.endswith("_key")}
    plain = {field: value for field, value in customer.credentials.items() if not field.endswith("_key")}
    line = {"shared_outbound_phone_number_id": customer.number_id, "shared_outbound_phone_number": customer.number}
    fields = {
        "provider": provider.name,
        "name": f"{provider.label} sandbox",
        "config": plain | line,
        "is_default": True,
    }
    return msgspec.convert(fields | keys, NewIntegration)


async def _add_agents(services: Services, partner_id: UUID, owner: Person) -> None:
    wide = Context(services, Scope(partner_id, wide=True), Actor("system"), Origin())
    cards = await wide.fetch_all(
        WorkspaceCard,
        "SELECT w.id, w.slug, w.name, w.timezone, w.resource_limits FROM workspaces w WHERE w.partner_id = $partner"
        " AND NOT EXISTS (SELECT FROM ai_agents a WHERE a.partner_id = $partner AND a.workspace_id = w.id) ORDER BY w.id",
    )
    await wide.commit()
    partner = await services.get(Directory).by_id.get(partner_id)
    for card in cards:
        ctx = WorkspaceContext(
            services,
            Scope(partner_id, card.id),
            Actor("user", owner.id),
            Origin(),
            partner,
            owner,
            owner.id,
            "owner",
            (),
        )
        ctx.enter(card, "owner")
        drafts = agents_of(card.slug, list(services.get(ProviderRegistry)))
        agents = [await create_agent(ctx, draft) for draft in drafts]
        await write_history(ctx, agents, _CALLS_PER_DAY[card.slug])
        await ctx.commit()
