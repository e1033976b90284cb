"""`inspralv admin`: the platform's staff, added from the machine itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from inspralv.admin.access import PlatformContext
from inspralv.admin.actions import add_staff
from inspralv.admin.second_factor import reset_two_factor
from inspralv.assembly import open_services
from inspralv.foundation.context import Actor, Origin, committing
from inspralv.settings import Settings
from inspralv.tenancy.directory import Directory


def create_staff(settings: Settings, email: str, name: str, password: str) -> None:
    """Add a staff account. Raises Conflict when the address is taken."""
    asyncio.run(_create(settings, email, name, password))


def forget_second_factor(settings: Settings, email: str) -> bool:
    """Let a member of staff set up another second factor; False when there was none. Raises NotFound."""
    return asyncio.run(_forget(settings, email))


async def _create(settings: Settings, email: str, name: str, password: str) -> None:
    async with _console(settings) as ctx:
        await add_staff(ctx, email, name, password)


async def _forget(settings: Settings, email: str) -> bool:
    async with _console(settings) as ctx:
        return await reset_two_factor(ctx, email)


@asynccontextmanager
async def _console(settings: Settings) -> AsyncIterator[PlatformContext]:
    """The console, as the machine itself; what the block does is committed at its end."""
    async with open_services(settings, listen=False) as services:
        platform = await services.get(Directory).of_host(settings.web.platform_host)
        origin = Origin(host=settings.web.platform_host)
        async with committing(PlatformContext(services, Actor("system"), origin, platform)) as ctx:
            yield ctx
