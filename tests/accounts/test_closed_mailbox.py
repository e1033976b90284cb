"""In production there is no mailbox page."""

from __future__ import annotations

import msgspec
from tests.conftest import Site, serve
from tests.ports import free_port


async def test_production_has_no_mailbox(site: Site) -> None:
    settings = site.settings
    web = msgspec.structs.replace(settings.web, port=free_port())
    async with serve(msgspec.structs.replace(settings, mode="production", web=web)) as production:
        assert (await production.at("acme.localhost").get("/dev/mail")).status_code == 404
        assert (await production.at("acme.localhost").get("/login")).status_code == 200
    assert (await site.at("acme.localhost").get("/dev/mail")).status_code == 200
