"""In production there is no mailbox page."""

from __future__ import annotations

import msgspec
from tests.conftest import Site, serve
from tests.ports import free_port

PAGES = (
    "/dev/mail", "/dev/mail/templates", "/dev/mail/templates/reset_password/html", "/dev/mail/templates/reset_password/text",
)  # fmt: skip


async def test_production_has_no_mailbox(site: Site) -> None:
    settings = site.settings
    web = msgspec.structs.replace(settings.web, port=free_port())
    async with serve(msgspec.structs.replace(settings, mode="production", web=web)) as production:
        for path in PAGES:
            assert (await production.at("acme.localhost").get(path)).status_code == 404
        assert (await production.at("acme.localhost").get("/login")).status_code == 200
    for path in PAGES:
        assert (await site.at("acme.localhost").get(path)).status_code == 200
