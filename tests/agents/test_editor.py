"""The editor: texts come back byte for byte, one edit changes one field, and nothing is offered that cannot be had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from tests.agents.form import fields_of, options_of, part_of
from tests.conftest import Sandbox, Site
from tests.world import CLINIC, MIA, OLGA, VERA

from inspralv.agents.prompt_templates import TEMPLATES
from inspralv.foundation.db.dsn import Dsns

API = "/api/w/clinic/agents"
PAGES = "/w/clinic/agents"
Work = Callable[[], Awaitable[None]]
ODD_TEXTS = (
    "plain",
    "\n\nleading line ends",
    "  blanks around  \n\t",
    "Windows\r\nline ends\r\n",
    "old Mac\rline ends",
    "mixed\r\n\n\r ends\n\n",
    "Zoë ☎ 日本 👩‍⚕️ e\u0301 \u00e9 \u200b\u00a0end",
    "<script>&amp; \"quotes\" 'and' {{first_name}} {{ first_name }} {% if x %}</textarea>",
)


@pytest.fixture(scope="module", autouse=True)
async def key(site: Site, sandbox: Sandbox, dsns: Dsns) -> None:
    """A Vapi key, and room for many agents."""
    await sandbox.reset()
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute("""UPDATE app.workspaces SET resource_limits = '{"max_agents": -1}' WHERE id = $1""", CLINIC)
    await owner.close()
    keys = {"default_secret_key": sandbox.private_key, "default_public_key": sandbox.public_key}
    answer = await site.as_(OLGA).post("/api/partner/integrations", json={"provider": "vapi", "name": "Key", **keys})
    assert answer.status_code == 201, answer.text


async def create(client: AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(API, json={"name": "Agent", "provider": "vapi", **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def read(client: AsyncClient, made: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.get(f"{API}/{made['id']}")).json()["data"])


async def pushed_prompt(sandbox: Sandbox, made: dict[str, Any]) -> str:
    everything = (await sandbox.api.get("/assistant", params={"limit": "1000"})).json()
    (assistant,) = [one for one in everything if one["metadata"]["agent_id"] == made["id"]]
    return str(assistant["model"]["messages"][0]["content"])


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_saving_twenty_times_leaves_the_texts_byte_equal(
    site: Site, sandbox: Sandbox, dsns: Dsns, work: Work, text: str
) -> None:
    mia = site.as_(MIA)
    made = await create(mia, name="Twenty", config={"system_prompt": text, "first_message": text})
    path = f"{PAGES}/{made['id']}"
    for i in range(20):
        fields = {**fields_of((await mia.get(path)).text), "name": f"Twenty {i}", "_do": "save"}
        assert (await mia.post(path, data=fields)).status_code == 303
        if i % 5 == 0:
            await mia.patch(f"{API}/{made['id']}", json={"description": f"round {i}"})
            await work()
    owner = await asyncpg.connect(dsns.owner)
    row = await owner.fetchrow(
        "SELECT name, config->>'system_prompt' AS p, config->>'first_message' AS g FROM app.ai_agents WHERE id = $1",
        made["id"],
    )
    await owner.close()
    assert (row["name"], row["p"], row["g"]) == ("Twenty 19", text, text)
    await work()
    assert await pushed_prompt(sandbox, made) == text


async def test_a_new_text_keeps_its_blanks_and_gets_plain_line_ends(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia)
    path = f"{PAGES}/{made['id']}"
    fields = fields_of((await mia.get(path)).text)
    typed = {**fields, "config.system_prompt": "\r\n one \r\n\r\ntwo  ", "config.first_message": " \r\n "}
    assert (await mia.post(path, data=typed)).status_code == 303
    assert (await read(mia, made))["config"] == {"system_prompt": "\n one \n\ntwo  "}


async def test_one_edit_in_the_form_changes_one_field(site: Site) -> None:
    mia = site.as_(MIA)
    config = {
        "system_prompt": " a \r\nb", "voice_settings": {"speed": 1.123456789, "stability": 0.1234567},
        "model_settings": {"temperature": 0.7654321}, "end_call_phrases": [" bye ", "ciao"],
        "tools": [{"type": "api_request", "name": "a", "description": "d", "url": "https://x.example", "body":
                   {"type": "object", "properties": {"b": {"type": "number", "default": 1.0}}}}],
        "custom_variables": [{"name": "plan", "default": " gold "}],
    }  # fmt: skip
    made = await create(mia, config=config)
    path = f"{PAGES}/{made['id']}"
    fields = {**fields_of((await mia.get(path)).text), "config.language": "de"}
    assert (await mia.post(path, data=fields)).status_code == 303
    after = await read(mia, made)
    assert after["config"] == {**made["config"], "language": "de"}
    assert after["version"] == made["version"] + 1
    assert {k for k in made if made[k] != after[k]} == {"config", "version", "updated_at"}


async def test_lists_follow_their_maker_and_save_nothing_before_it_is_asked(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, config={"model_settings": {"model": "gpt-4o"}})
    path = f"{PAGES}/{made['id']}"
    page = (await mia.get(path)).text
    assert "gpt-4o" in options_of(page, "config.model_settings.model")
    shown = {**fields_of(page), "model_provider": "anthropic", "voice_provider": "deepgram", "name": "Half typed",
             "transcriber_provider": "assemblyai", "_do": "show"}  # fmt: skip
    again = await mia.post(path, data=shown)
    assert again.status_code == 200
    models = options_of(again.text, "config.model_settings.model")
    assert "claude-sonnet-4-6" in models
    assert "gpt-4o" not in models
    assert fields_of(again.text)["config.model_settings.model"] == "", "a model of another maker does not stay"
    assert set(options_of(again.text, "config.language")) == {"", "en", "multi"}
    assert 'name="config.voice_settings.' not in again.text, "this maker's voices have no settings"
    assert fields_of(again.text)["name"] == "Half typed"
    assert (await read(mia, made)) == made


async def test_a_model_that_is_on_no_list_can_be_typed(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia)
    path = f"{PAGES}/{made['id']}"
    fields = fields_of((await mia.get(path)).text)
    typed = {**fields, "config.model_settings.model": "other", "other.config.model_settings.model": " gpt-9-preview "}
    assert (await mia.post(path, data=typed)).status_code == 303
    assert (await read(mia, made))["config"]["model_settings"] == {"model": "gpt-9-preview"}
    again = fields_of((await mia.get(path)).text)
    assert (again["config.model_settings.model"], again["other.config.model_settings.model"]) == (
        "other",
        "gpt-9-preview",
    )
    assert (await mia.post(path, data=again)).status_code == 303
    assert (await read(mia, made))["version"] == 2, "shown and saved, nothing changed"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("config.max_duration_seconds", "30", "60"),
        ("config.voice_settings.speed", "3", "less"),
        ("config.model_settings.max_tokens", "20", "50"),
        ("config.crm_webhook_url", "http://crm.example", "https://"),
        ("config.crm_webhook_url", "nonsense", "https://"),
        ("config.tools_server_url", "ftp://tools.example", "https://"),
        ("name", "x" * 256, "255"),
        ("_note", "x" * 201, "200"),
    ],
)
async def test_every_fault_is_said_at_its_field(site: Site, field: str, value: str, words: str) -> None:
    mia = site.as_(MIA)
    made = await create(mia)
    path = f"{PAGES}/{made['id']}"
    page = await mia.post(path, data={**fields_of((await mia.get(path)).text), field: value})
    assert page.status_code == 400
    note = page.text.split(f'id="e-{field.replace(".", "-")}"')[1].split("</p>")[0]
    assert words in note
    assert (await read(mia, made))["version"] == 1


async def test_what_the_provider_would_not_take_is_refused_over_the_api_too(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia)
    for config, pointer in [
        ({"voice_settings": {"speed": 1.5}}, "/config/voice_settings/speed"),
        ({"model_settings": {"max_tokens": 20}}, "/config/model_settings/max_tokens"),
        ({"crm_webhook_url": "http://crm.example/x"}, "/config/crm_webhook_url"),
    ]:
        answer = await mia.patch(f"{API}/{made['id']}", json={"config": config})
        assert answer.status_code == 400, answer.text
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    answer = await mia.patch(f"{API}/{made['id']}", json={"transcriber_provider": "nobody"})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/transcriber_provider"]


async def test_templates_replace_and_can_be_taken_back(site: Site) -> None:
    assert len(TEMPLATES) >= 8
    assert all(len(one.prompt) > 500 and "[" in one.prompt for one in TEMPLATES)
    mia = site.as_(MIA)
    made = await create(mia, config={"system_prompt": "\nMine \n", "first_message": "Hello"})
    path = f"{PAGES}/{made['id']}"
    page = (await mia.get(path)).text
    chosen = await mia.post(path, data={**fields_of(page), "template": "law", "_do": "template"})
    fields = fields_of(chosen.text)
    assert "Bright Clinic, a law firm" in fields["config.system_prompt"]
    assert (await read(mia, made))["config"] == made["config"], "not saved yet"
    back = fields_of((await mia.post(path, data={**fields, "_do": "undo"})).text)
    assert (await mia.post(path, data={**back, "_do": "save"})).status_code == 303
    assert (await read(mia, made)) == made
    assert (await mia.post(path, data={**fields, "_do": "save"})).status_code == 303
    assert (await read(mia, made))["config"]["system_prompt"].startswith("You are the reception of Bright Clinic")


async def test_a_chosen_voice_is_in_the_form_and_an_unknown_one_is_marked(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia)
    path = f"{PAGES}/{made['id']}"
    page = (await mia.get(path, params={"voice": "openai/alloy"})).text
    assert "Alloy" in part_of(page, "s-voice-part")
    assert fields_of(page)["config.voice_id"] == "alloy"
    assert (await mia.post(path, data=fields_of(page))).status_code == 303
    after = await read(mia, made)
    assert (after["voice_provider"], after["config"]["voice_id"]) == ("openai", "alloy")
    odd = await mia.post(path, data={**fields_of(page), "config.voice_id": "nobody", "_do": "voice"})
    assert "it may be refused" in part_of(odd.text, "s-voice-part")


async def test_a_viewer_sees_the_editor_and_can_change_nothing(site: Site) -> None:
    made = await create(site.as_(MIA), config={"custom_variables": [{"name": "plan"}]})
    page = (await site.as_(VERA).get(f"{PAGES}/{made['id']}")).text
    form = page[page.index('id="agent-form"') :].split("</form>", 1)[0]
    for word in ("Browse voices", "Add a variable", 'value="template"', 'name="_note"', "Change provider"):
        assert word not in form + page.split('id="agent-form"')[0]
