"""The pages of agents, as a browser without scripts sees them, and the parts that scripts ask for."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from httpx import AsyncClient
from tests.conftest import SANDBOX_URL, Site
from tests.world import ADAM, CLINIC, MIA, OLGA, STAN, VERA

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.registry import build_registry

API = "/api/w/clinic/agents"
PAGES = "/w/clinic/agents"
HTMX = {"hx-request": "true"}


async def create(client: AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(API, json={"name": "Agent", "provider": "vapi", **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


def fields_of(page: str, form_id: str = "agent-form") -> dict[str, str]:
    """What a browser would send back of the editor, unchanged."""
    form = page[page.index(f'id="{form_id}"') :].split("</form>", 1)[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'\b{a}="([^"]*)"', tag) for a in ("name", "value"))
        kind = re.search(r'type="([^"]*)"', tag)
        if name and not (kind and kind[1] == "checkbox" and " checked" not in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(body)
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r"<option selected>([^<]*)", body)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


async def test_an_empty_workspace_says_what_to_do(site: Site) -> None:
    page = (await site.as_(MIA).get(PAGES)).text
    assert "No agents yet" in page
    assert f'href="{PAGES}/new"' in page
    assert "Create the first agent" not in (await site.as_(VERA).get(PAGES)).text


async def test_cards_filters_and_counts(site: Site, rows: asyncpg.Connection) -> None:
    await rows.execute("""UPDATE app.workspaces SET resource_limits = '{"max_agents": 10}' WHERE id = $1""", CLINIC)
    mia = site.as_(MIA)
    await create(mia, name="Front <desk>", description="Answers & books")
    await create(mia, name="Night line", is_active=False)
    page = (await mia.get(PAGES)).text
    assert "2 of 10 agents" in page
    assert "Front &lt;desk&gt;" in page
    assert "Answers &amp; books" in page
    assert "No Vapi key is assigned to this workspace." in page
    one = (await mia.get(PAGES, params={"q": "night", "status": "paused"})).text
    assert "1 of 2 agents match" in one
    assert "Front" not in one.split('id="agents"')[1]
    nothing = (await mia.get(PAGES, params={"q": "zzz"})).text
    assert "Nothing matches" in nothing
    assert 'value="zzz"' in nothing


async def test_what_a_viewer_may_not_do_is_not_offered(site: Site) -> None:
    page = (await site.as_(VERA).get(PAGES)).text
    for word in ("New agent</a>", "/delete", "/activation", "/sync"):
        assert word not in page


async def test_the_editor_saves_what_it_shows_without_changing_anything(site: Site) -> None:
    mia = site.as_(MIA)
    tools = [
        {"type": "end_call"},
        {
            "type": "transfer_call",
            "targets": [{"number": "+14155550100", "description": "Person"}, {"sip_uri": "sip:a@b.example"}],
        },
        {
            "type": "api_request",
            "name": "look",
            "description": "Looks.",
            "method": "POST",
            "url": "https://crm.example",
            "body": {"type": "object"},
        },
        {
            "type": "custom_function",
            "name": "book",
            "description": "Books.",
            "parameters": {"type": "object", "properties": {}},
            "is_async": True,
        },
    ]
    config = {
        "first_message": 'Say "hi" & wait', "system_prompt": "Line one\n\nLine <two>", "voice_id": "abc",
        "voice_settings": {"speed": 1.1}, "model_settings": {"temperature": 0.2, "max_tokens": 300, "model": "gpt-4o"},
        "language": "en-US", "end_call_phrases": ["Bye", "See you"], "max_duration_seconds": 300, "tools": tools,
    }  # fmt: skip
    made = await create(mia, name="Round trip", config=config)
    path = f"{PAGES}/{made['id']}"
    fields = fields_of((await mia.get(path)).text)
    saved = await mia.post(path, data={**fields, "_do": "save"})
    assert saved.status_code == 303, saved.text[:2000]
    after = (await mia.get(f"{API}/{made['id']}")).json()["data"]
    assert after["config"] == made["config"]
    assert after["version"] == made["version"]


async def test_the_editor_saves_clears_and_refuses_at_the_field(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(
        mia, name="Edited", description="Old", config={"first_message": "Old", "max_duration_seconds": 300}
    )
    path = f"{PAGES}/{made['id']}"
    fields = fields_of((await mia.get(path)).text)
    bad = {
        **fields,
        "name": " ",
        "config.max_duration_seconds": "5",
        "config.voice_settings.speed": "fast",
        "config.first_message": "Kept",
    }
    refused = await mia.post(path, data=bad)
    assert refused.status_code == 400
    for key in ("name", "config-max_duration_seconds", "config-voice_settings-speed"):
        assert f'id="e-{key}"' in refused.text
    assert "Kept" in refused.text, "what was typed stays"
    good = {
        **fields,
        "name": "Better",
        "description": "",
        "config.first_message": "New",
        "config.max_duration_seconds": "",
        "is_active": "",
    }
    assert (await mia.post(path, data=good)).status_code == 303
    after = (await mia.get(f"{API}/{made['id']}")).json()["data"]
    assert (after["name"], after["description"], after["config"], after["is_active"]) == (
        "Better",
        None,
        {"first_message": "New"},
        False,
    )
    stale = await mia.post(path, data={**good, "name": "Too late"})
    assert stale.status_code == 409
    assert "Too late" in stale.text
    assert (await mia.post(path, data={**good, "name": "Mine", "_do": "overwrite"})).status_code == 303
    assert (await mia.get(f"{API}/{made['id']}")).json()["data"]["name"] == "Mine"


async def test_tools_are_added_filled_in_and_removed(site: Site) -> None:
    mia = site.as_(MIA)
    path = f"{PAGES}/{(await create(mia, name='Tooled'))['id']}"
    added = await mia.post(path, data={**fields_of((await mia.get(path)).text), "_do": "add:transfer_call"})
    fields = fields_of(added.text)
    assert fields["config.tools.0.type"] == "transfer_call"
    empty = await mia.post(path, data={**fields, "_do": "save"})
    assert empty.status_code == 400
    assert 'id="e-config-tools-0-targets"' in empty.text
    wrong = await mia.post(path, data={**fields, "config.tools.0.targets.0.number": "555", "_do": "save"})
    assert 'id="e-config-tools-0-targets-0-number"' in wrong.text
    fields["config.tools.0.targets.0.number"] = "+14155550100"
    assert (await mia.post(path, data={**fields, "_do": "save"})).status_code == 303
    again = await mia.post(path, data={**fields_of((await mia.get(path)).text), "_do": "add:custom_function"})
    half = {
        **fields_of(again.text),
        "config.tools.1.name": "f",
        "config.tools.1.description": "d",
        "config.tools.1.parameters": "{",
    }
    broken = await mia.post(path, data={**half, "_do": "save"})
    assert broken.status_code == 400
    assert "not valid JSON" in broken.text
    without = {**half, "config.tools.1.remove": "true", "_do": "save"}
    assert (await mia.post(path, data=without)).status_code == 303
    assert "config.tools.0.targets.0.number" in fields_of((await mia.get(path)).text)


async def test_the_wizard_keeps_what_was_typed_and_makes_the_agent(site: Site) -> None:
    olga = site.as_(OLGA)
    new = f"{PAGES}/new"
    nameless = {"step": "1", "name": "", "description": "Half typed", "provider": "vapi", "_do": "next"}
    first = await olga.post(new, data=nameless)
    assert first.status_code == 400
    assert 'id="e-name"' in first.text
    assert "Half typed" in (await olga.get(new)).text, "what is wrong is kept as well"
    step1 = {
        "step": "1",
        "name": "Wizard",
        "description": "",
        "provider": "vapi",
        "config.language": "en",
        "_do": "next",
    }
    assert (await olga.post(new, data=step1)).headers["location"] == f"{new}?step=2"
    chosen = re.findall(r'name="voice" value="(elevenlabs/[^"]+)"', (await olga.get(f"{new}?step=2")).text)[1]
    step2 = {"step": "2", "voice": chosen, "config.voice_settings.speed": "1.2", "_do": "next"}
    assert (await olga.post(new, data=step2)).headers["location"] == f"{new}?step=3"
    assert 'value="Wizard"' in (await olga.get(new)).text, "going back by the address finds what was typed"
    templated = await olga.post(new, data={"step": "3", "template": "booking", "_do": "template"})
    third = (await olga.get(templated.headers["location"])).text
    assert "appointment calls for Bright Clinic" in third
    empty = await olga.post(
        new, data={"step": "3", "config.first_message": "", "config.system_prompt": "", "_do": "create"}
    )
    assert empty.status_code == 400
    assert 'id="e-config-system_prompt"' in empty.text
    step3 = {"step": "3", "config.first_message": "Hi", "config.system_prompt": "Help.", "tool_end_call": "true",
             "transfer_number": "12", "transfer_description": "", "_do": "create"}  # fmt: skip
    assert 'id="e-transfer_number"' in (await olga.post(new, data=step3)).text
    made = await olga.post(new, data={**step3, "transfer_number": "+14155550100"})
    assert made.status_code == 303
    agent = (await olga.get(f"{API}/{made.headers['location'].rsplit('/', 1)[1]}")).json()["data"]
    assert (agent["name"], agent["voice_provider"], agent["config"]["voice_id"]) == ("Wizard", *chosen.split("/"))
    assert agent["config"]["voice_settings"] == {"speed": 1.2}
    assert [tool["type"] for tool in agent["config"]["tools"]] == ["end_call", "transfer_call"]
    assert 'value="Wizard"' not in (await olga.get(new)).text, "the draft is gone"


async def test_a_draft_belongs_to_one_person_and_workspace(site: Site) -> None:
    new = f"{PAGES}/new"
    await site.as_(ADAM).post(new, data={"step": "1", "name": "Adam's secret plan", "provider": "vapi", "_do": "next"})
    assert "secret plan" in (await site.as_(ADAM).get(new)).text
    assert "secret plan" not in (await site.as_(OLGA).get(new)).text
    assert "secret plan" not in (await site.as_(ADAM).get("/w/bakery/agents/new")).text


async def test_deleting_offers_to_undo(site: Site) -> None:
    adam = site.as_(ADAM)
    made = await create(adam, name="Gone soon")
    path = f"{PAGES}/{made['id']}"
    deleted = await adam.delete(path, headers=HTMX)
    assert 'hx-target="#agent-count"' in deleted.text
    assert f'hx-post="{path}/restore"' in deleted.text
    back = await adam.post(f"{path}/restore", headers=HTMX)
    assert f'id="agent-{made["id"]}"' in back.text
    asked = await adam.get(f"{path}/delete")
    assert "Delete “Gone soon”?" in asked.text
    assert (await adam.post(f"{path}/delete")).headers["location"] == PAGES
    assert (await adam.get(path)).status_code == 404
    assert (await site.as_(MIA).delete(path, headers=HTMX)).status_code == 403


async def test_the_switch_and_the_retry_answer_with_the_card(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, name="Switched")
    path = f"{PAGES}/{made['id']}"
    off = await mia.post(f"{path}/activation", data={}, headers=HTMX)
    assert f'hx-target="#agent-{made["id"]}"' in off.text
    assert (await mia.get(f"{API}/{made['id']}")).json()["data"]["is_active"] is False
    assert (await mia.post(f"{path}/activation", data={"active": "true"})).status_code == 303
    assert (await mia.get(f"{API}/{made['id']}")).json()["data"]["is_active"] is True
    assert "Syncing" in (await mia.post(f"{path}/sync", headers=HTMX)).text


async def test_pages_with_a_call_allow_the_provider_and_nothing_else(site: Site) -> None:
    mia = site.as_(MIA)
    path = f"{PAGES}/{(await create(mia, name='Policy'))['id']}"
    stand_in = urlsplit(SANDBOX_URL).netloc
    for page in (PAGES, path):
        policy = (await mia.get(page)).headers["content-security-policy"]
        assert f"connect-src 'self' http://{stand_in} ws://{stand_in};" in policy
        assert "unsafe" not in policy
    assert stand_in not in (await mia.get(f"{PAGES}/new")).headers["content-security-policy"]


def test_the_real_provider_widens_the_policy_by_its_hosts() -> None:
    sources = build_registry(BaseUrls())["vapi"].web_call_sources
    assert "https://*.daily.co" in sources["connect-src"]
    assert not [source for source in " ".join(sources.values()).split() if "unsafe" in source or source == "*"]


async def test_pages_of_others_do_not_exist(site: Site) -> None:
    path = f"{PAGES}/{(await create(site.as_(OLGA), name='Private'))['id']}"
    stan = site.as_(STAN)
    assert (await stan.get(path)).status_code == 404
    assert (await stan.post(path, data={"name": "Mine"})).status_code == 404
    assert (await stan.delete(path)).status_code == 404
