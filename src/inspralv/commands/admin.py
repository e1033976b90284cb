"""`inspralv admin`: the platform's staff, added from the machine itself."""

import asyncio

from inspralv.admin.access import PlatformContext
from inspralv.admin.actions import add_staff
from inspralv.assembly import open_services
from inspralv.foundation.context import Actor, Origin
from inspralv.settings import Settings
from inspralv.tenancy.directory import Directory


def create_staff(settings: Settings, email: str, name: str, password: str) -> None:
    """Add a staff account. Raises Conflict when the address is taken."""
    asyncio.run(_create(settings, email, name, password))


async def _create(settings: Settings, email: str, name: str, password: str) -> None:
    async with open_services(settings, listen=False) as services:
        platform = await services.get(Directory).of_host(settings.web.platform_host)
        ctx = PlatformContext(services, Actor("system"), Origin(host=settings.web.platform_host), platform)
        try:
            await add_staff(ctx, email, name, password)
            await ctx.commit()
        except BaseException:
            await ctx.rollback()
            raise
