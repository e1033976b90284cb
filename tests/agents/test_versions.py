"""Every save is a version: written once, to be compared and to go back to."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from tests.conftest import Site
from tests.world import ACME, CLINIC, MIA, OLGA, STAN, VERA

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope

API = "/api/w/clinic/agents"
PAGES = "/w/clinic/agents"


async def create(client: AsyncClient, name: str, **more: Any) -> dict[str, Any]:
    answer = await client.post(API, json={"name": name, "provider": "vapi", **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def versions(client: AsyncClient, agent: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.get(f"{API}/{agent['id']}/versions")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"]["data"])


async def test_every_save_of_content_is_a_version(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Kept", note="The first one")
    path = f"{API}/{made['id']}"
    await mia.patch(path, json={"config": {"first_message": "Hello!"}, "note": "Friendlier"})
    await mia.patch(path, json={"config": {"first_message": "Hello!"}, "note": "Nothing new"})
    await mia.delete(f"{path}/activation")
    await mia.patch(path, json={"is_active": True})
    newest, first = await versions(mia, made)
    assert (newest["version"], newest["note"], newest["changed"]) == (2, "Friendlier", ["config.first_message"])
    assert (first["version"], first["note"], first["changed"]) == (1, "The first one", [])
    assert newest["author"] == {"kind": "user", "id": str(MIA.id), "name": "Mia Test"}
    assert (newest["is_current"], first["is_current"]) == (True, False)
    assert (await mia.get(path)).json()["data"]["version"] == 2, "an activation is no version"
    old = (await mia.get(f"{path}/versions/1")).json()["data"]["content"]
    assert (old["name"], old["config"], "is_active" in old) == ("Kept", {}, False)


async def test_a_note_has_a_length(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Long-winded")
    answer = await mia.patch(f"{API}/{made['id']}", json={"name": "X", "note": "n" * 201})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/note")
    form = {"version": "1", "name": "Long-winded", "_note": "n" * 201}
    assert (await mia.post(f"{PAGES}/{made['id']}", data=form)).status_code == 400
    await mia.post(f"{PAGES}/{made['id']}", data={"version": "1", "name": "Shorter", "_note": " Why not "})
    assert (await versions(mia, made))[0]["note"] == "Why not"


async def test_going_back_is_a_new_version_and_can_be_undone(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Before", config={"system_prompt": "One\n", "voice_settings": {"speed": 1.2}})
    path = f"{API}/{made['id']}"
    await mia.patch(path, json={"name": "After", "config": {"system_prompt": "Two", "voice_settings": None}})
    await mia.delete(f"{path}/activation")
    answer = await mia.post(f"{path}/versions/1/restore", json={"note": "Better then"}, headers={"if-match": '"2"'})
    back = answer.json()["data"]
    assert (answer.status_code, answer.headers["etag"], back["version"]) == (200, '"3"', 3)
    assert (back["name"], back["config"]) == ("Before", {"system_prompt": "One\n", "voice_settings": {"speed": 1.2}})
    assert back["is_active"] is False, "whether it is in use is no matter of versions"
    assert back["sync_status"] == "pending", "the provider hears of it"
    newest = (await versions(mia, made))[0]
    assert (newest["restored_from"], newest["note"]) == (1, "Better then")
    again = await mia.post(f"{path}/versions/1/restore", json={})
    assert again.json()["data"]["version"] == 3, "it is like this already"
    undone = (await mia.post(f"{path}/versions/2/restore", json={})).json()["data"]
    assert (undone["name"], undone["config"]) == ("After", {"system_prompt": "Two"})


async def test_a_stale_restore_is_refused(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "One")
    path = f"{API}/{made['id']}"
    await mia.patch(path, json={"name": "Two"})
    await mia.patch(path, json={"name": "Three"})
    answer = await mia.post(f"{path}/versions/1/restore", json={}, headers={"if-match": '"2"'})
    assert answer.status_code == 409
    page = await mia.post(f"{PAGES}/{made['id']}/versions/1/restore", data={"version": "2", "note": "Typed"})
    assert page.status_code == 409
    assert "Typed" in page.text
    assert 'name="version" value="3"' in page.text, "a second look goes through"
    assert (await mia.get(path)).json()["data"]["name"] == "Three"


async def test_what_does_not_fit_any_more_is_named_and_not_restored(site: Site, dsns: Dsns) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Old times")
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute(
        """UPDATE app.agent_versions SET content = content || '{"voice_provider": "gramophone"}' WHERE agent_id = $1""",
        made["id"],
    )
    await owner.close()
    await mia.patch(f"{API}/{made['id']}", json={"name": "New times"})
    answer = await mia.post(f"{API}/{made['id']}/versions/1/restore", json={})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/voice_provider")
    page = await mia.get(f"{PAGES}/{made['id']}/versions/1/restore")
    assert "cannot be restored as it is" in page.text
    assert '<button class="btn" type="submit">' not in page.text.split("Cancel", 1)[1].split("</form>", 1)[0]


async def test_two_saves_at_once_are_two_versions_or_one_and_a_conflict(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Contended")
    path = f"{API}/{made['id']}"
    free = await asyncio.gather(*(mia.patch(path, json={"description": f"D{n}"}) for n in range(4)))
    assert {answer.status_code for answer in free} == {200}
    assert sorted(one["version"] for one in await versions(mia, made)) == [1, 2, 3, 4, 5]
    held = await asyncio.gather(
        *(mia.patch(path, json={"description": f"E{n}"}, headers={"if-match": '"5"'}) for n in range(4))
    )
    assert sorted(answer.status_code for answer in held) == [200, 409, 409, 409]
    assert len(await versions(mia, made)) == 6


async def test_a_long_past_comes_in_pages(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Often")
    path = f"{API}/{made['id']}"
    for n in range(52):
        await mia.patch(path, json={"description": f"Take {n}"})
    first = (await mia.get(f"{path}/versions", params={"pageSize": 50})).json()["data"]
    rest = (await mia.get(f"{path}/versions", params={"pageSize": 50, "page": 2})).json()["data"]
    assert ([one["version"] for one in first["data"]], first["total"]) == (list(range(53, 3, -1)), 53)
    assert ([one["version"] for one in rest["data"]], rest["totalPages"]) == ([3, 2, 1], 2)
    page = (await mia.get(f"{PAGES}/{made['id']}/versions?page=3")).text
    assert f"{PAGES}/{made['id']}/versions?page=2" in page
    assert "51–53 of 53" in page
    assert "No older versions" in (await mia.get(f"{PAGES}/{made['id']}/versions?page=9")).text


async def test_versions_are_written_once(site: Site, dsns: Dsns) -> None:
    made = await create(site.as_(MIA), "Carved")
    user = await asyncpg.connect(dsns.user)
    try:
        for statement in (
            "UPDATE app.agent_versions SET note = 'x' WHERE agent_id = $1",
            "DELETE FROM app.agent_versions WHERE agent_id = $1",
            "UPDATE app.agent_publications SET version = 9 WHERE agent_id = $1",
            "DELETE FROM app.agent_publications WHERE agent_id = $1",
        ):
            await user.execute(Scope(ACME, CLINIC).begin())
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await user.execute(statement, made["id"])
            await user.execute("ROLLBACK")
    finally:
        await user.close()


async def test_nobody_else_sees_or_restores_them(site: Site) -> None:
    made = await create(site.as_(MIA), "Ours")
    await site.as_(MIA).patch(f"{API}/{made['id']}", json={"name": "Ours too"})
    for client, where in ((site.as_(STAN), "clinic"), (site.as_(OLGA), "bakery")):
        base = f"/api/w/{where}/agents/{made['id']}/versions"
        assert (await client.get(base)).status_code == 404
        assert (await client.get(f"{base}/1")).status_code == 404
        assert (await client.post(f"{base}/1/restore", json={})).status_code == 404
        pages = f"/w/{where}/agents/{made['id']}/versions"
        for page in (pages, f"{pages}/1", f"{pages}/compare?left=1&right=2", f"{pages}/1/restore"):
            assert (await client.get(page)).status_code == 404
    vera = site.as_(VERA)
    assert len(await versions(vera, made)) == 2
    assert (await vera.post(f"{API}/{made['id']}/versions/1/restore", json={})).status_code == 403
    page = (await vera.get(f"{PAGES}/{made['id']}/versions")).text
    assert "/versions/1/restore" not in page
    for odd in (0, 3, 2**31, 2**70):
        assert (await vera.get(f"{API}/{made['id']}/versions/{odd}")).status_code in {400, 404}


async def test_the_pages_show_compare_and_restore(site: Site) -> None:
    mia = site.as_(MIA)
    prompt = "You answer the telephone.\nBe kind to everybody.\n" + "".join(f"Rule {n}.\n" for n in range(20))
    made = await create(mia, "Front desk", config={"system_prompt": prompt, "first_message": "Hello!"})
    here = f"{PAGES}/{made['id']}/versions"
    change = {
        "config": {"system_prompt": prompt.replace("kind", "brief"), "first_message": None},
        "note": "<b>Short</b>",
    }
    await mia.patch(f"{API}/{made['id']}", json=change)
    page = (await mia.get(here)).text
    assert "&lt;b&gt;Short&lt;/b&gt;" in page
    assert "Changed: Greeting, Instructions" in " ".join(page.split())
    compared = (await mia.get(f"{here}/compare?left=1&right=2")).text
    assert "<del>kind</del>" in compared
    assert "<ins>brief</ins>" in compared
    assert "18 lines are the same" in compared
    assert "Rule 12." not in compared, "far from any difference"
    assert "The same in both" in compared
    assert "No difference" in (await mia.get(f"{here}/compare?left=2&right=2")).text
    assert "Hello!" in (await mia.get(f"{here}/1")).text
    asked = (await mia.get(f"{here}/1/restore")).text
    assert "2 fields change" in asked
    done = await mia.post(f"{here}/1/restore", data={"version": "2", "note": ""})
    assert (done.status_code, done.headers["location"]) == (303, f"{here}?restored=1")
    after = (await mia.get(done.headers["location"])).text
    assert f'action="{here}/2/restore"' in after
    await mia.post(f"{here}/2/restore", data={"version": "3"})
    assert (await mia.get(f"{API}/{made['id']}")).json()["data"]["config"]["system_prompt"] == change["config"][
        "system_prompt"
    ]
