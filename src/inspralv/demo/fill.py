"""Fills an empty installation with the demo: partners, people, keys of the provider sandbox, agents, calls.

Agents and keys go through the product's own actions, so that jobs push them to the sandbox as soon as a worker runs.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

import psycopg

from inspralv.agents.actions import create_agent
from inspralv.assembly import dsns_of, open_services
from inspralv.demo import cast
from inspralv.demo.agents import AGENTS
from inspralv.demo.history import write_history
from inspralv.demo.sign_ins import PASSWORD
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.passwords import hash_password
from inspralv.foundation.services import Services
from inspralv.integrations.actions import add_integration
from inspralv.integrations.schemas import ConfigChange, NewIntegration
from inspralv.sandbox.options import ACME, RIVAL, Account
from inspralv.settings import Settings
from inspralv.tenancy.contexts import Person, WorkspaceCard, WorkspaceContext
from inspralv.tenancy.directory import Directory

_KEYS = {"acme": ACME, "rival": RIVAL}
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
        for slug, account in _KEYS.items():
            rows = await services.pool.fetch("SELECT id FROM app.partners WHERE slug = $1", slug)
            partner_id: UUID = rows[0]["id"]
            owner = await _add_key(services, partner_id, account)
            await _add_agents(services, partner_id, owner)


async def _add_key(services: Services, partner_id: UUID, account: Account) -> Person:
    """Keep the sandbox's key as the partner's, on behalf of its owner."""
    scope = Scope(partner_id, wide=True)
    ctx = Context(services, scope, Actor("system"), Origin())
    owner = await ctx.fetch_one(
        Person,
        "SELECT u.id, u.email, u.first_name, u.last_name, u.avatar_url FROM users u JOIN partner_members m ON m.partner_id = $partner"
        " AND m.user_id = u.id WHERE u.partner_id = $partner AND m.role = 'owner' LIMIT 1",
    )
    assert owner is not None
    if await ctx.fetch_value("SELECT count(*) FROM integrations WHERE partner_id = $partner"):
        await ctx.commit()
        return owner
    ctx.actor = Actor("user", owner.id)
    line = ConfigChange(
        shared_outbound_phone_number_id=account.phone_number_id, shared_outbound_phone_number=account.phone_number
    )
    draft = NewIntegration(
        provider="vapi",
        name="Sandbox account",
        default_secret_key=account.private_key,
        default_public_key=account.public_key,
        config=line,
        is_default=True,
    )
    await add_integration(ctx, draft)
    await ctx.commit()
    return owner


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
        agents = [await create_agent(ctx, draft) for draft in AGENTS[card.slug]]
        await write_history(ctx, agents, _CALLS_PER_DAY[card.slug])
        await ctx.commit()
