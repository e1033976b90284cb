"""A deleted workspace leaves no agent behind that goes on answering calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.conftest import Sandbox, Site
from tests.world import OLGA, WIM

Work = Callable[[], Awaitable[None]]


async def test_the_agents_of_a_deleted_workspace_leave_the_provider(site: Site, sandbox: Sandbox, work: Work) -> None:
    key = {"provider": "vapi", "name": "Ours", "default_secret_key": sandbox.private_key}
    assert (await site.as_(OLGA).post("/api/partner/integrations", json=key)).status_code == 201
    made = await site.as_(WIM).post("/api/w/clinic/agents", json={"name": "Left behind", "provider": "vapi"})
    await work()
    agent = made.json()["data"]["id"]

    async def there() -> list[str]:
        everything = (await sandbox.api.get("/assistant", params={"limit": "1000"})).json()
        return [one["id"] for one in everything if one["metadata"]["agent_id"] == agent]

    assert len(await there()) == 1
    gone = await site.as_(WIM).delete("/api/w/clinic/settings")
    assert gone.status_code == 200, gone.text
    await work()
    assert await there() == []
