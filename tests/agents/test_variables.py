"""Variables: names, levels, and what a provider is told of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest
from tests.agents.form import fields_of, part_of
from tests.conftest import Sandbox, Site
from tests.world import ACME, BAKERY, CLINIC, MIA, OLGA, VERA, WIM

from inspralv.agents import queries
from inspralv.agents.variables import merged_variables, missing_variables
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services
from inspralv.tenancy.variables import Variable, defaults, names_in, variable_errors

API = "/api/w/clinic/agents"
SETTINGS = "/api/w/clinic/settings"
PAGE = "/w/clinic/settings/variables"
Work = Callable[[], Awaitable[None]]


def test_names_are_found_in_order_and_once() -> None:
    text = "Hi {{ first_name }}, {{company}} {{company}} {{Upper}} {{ 1x }} {{a | upcase}} {company}"
    assert names_in(text, None, "{{plan}}") == ("first_name", "company", "plan")


def test_later_levels_win_and_an_empty_default_is_none() -> None:
    workspace = [Variable(name="a", default="1"), Variable(name="b", default="2")]
    agent = [Variable(name="a", default=""), Variable(name="b", default="3")]
    assert defaults(workspace, agent) == {"a": "1", "b": "3"}


def test_what_cannot_stand_together_is_named() -> None:
    twice = [Variable(name="a"), Variable(name="a", default="{{b}}")]
    assert [one.pointer for one in variable_errors(twice, "/v")] == ["/v/1/name", "/v/1/default"]


@pytest.mark.parametrize(
    ("variable", "field"),
    [
        ({"name": "Upper"}, "name"),
        ({"name": "with space"}, "name"),
        ({"name": "1st"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"name": "line\n"}, "name"),
        ({"name": "a", "description": "x" * 201}, "description"),
        ({"name": "a", "default": "x" * 501}, "default"),
        ({"name": "a", "default": "{% if %}"}, "default"),
        ({"name": "a", "category": "other"}, "category"),
        ({"name": "a", "surprise": 1}, "surprise"),
    ],
)
async def test_a_fault_is_named_at_its_field(site: Site, variable: dict[str, Any], field: str) -> None:
    mia, wim = site.as_(MIA), site.as_(WIM)
    config = {"custom_variables": [variable]}
    refused = await mia.post(API, json={"name": "Faulty", "provider": "vapi", "config": config})
    assert [one["pointer"] for one in refused.json()["errors"]] == [f"/config/custom_variables/0/{field}"]
    refused = await wim.patch(SETTINGS, json=config)
    assert [one["pointer"] for one in refused.json()["errors"]] == [f"/custom_variables/0/{field}"]


@pytest.fixture(scope="module")
async def levels(site: Site, sandbox: Sandbox) -> dict[str, Any]:
    """An agent that uses variables of every level, with a Vapi key."""
    await sandbox.reset()
    keys = {"default_secret_key": sandbox.private_key, "default_public_key": sandbox.public_key}
    answer = await site.as_(OLGA).post("/api/partner/integrations", json={"provider": "vapi", "name": "K", **keys})
    assert answer.status_code == 201, answer.text
    of_workspace = [
        {"name": "first_name", "default": "there", "category": "standard"},
        {"name": "plan", "default": "basic", "category": "business"},
        {"name": "unused", "default": "x"},
        {"name": "case_number", "required": True},
    ]
    assert (await site.as_(WIM).patch(SETTINGS, json={"custom_variables": of_workspace})).status_code == 200
    config = {
        "first_message": "Hi {{first_name}}!",
        "system_prompt": "Plan {{ plan }}, case {{case_number}}, town {{town}}.",
        "custom_variables": [{"name": "plan", "default": "gold", "category": "agent"}],
    }
    made = await site.as_(MIA).post(API, json={"name": "Levels", "provider": "vapi", "config": config})
    assert made.status_code == 201, made.text
    return dict(made.json()["data"])


async def told(sandbox: Sandbox, agent: dict[str, Any]) -> tuple[str, str]:
    everything = (await sandbox.api.get("/assistant", params={"limit": "1000"})).json()
    (assistant,) = [one for one in everything if one["metadata"]["agent_id"] == agent["id"]]
    return assistant["firstMessage"], assistant["model"]["messages"][0]["content"]


async def test_the_provider_is_told_the_nearest_default_of_what_is_used(
    site: Site, sandbox: Sandbox, work: Work, levels: dict[str, Any]
) -> None:
    await work()
    greeting, prompt = await told(sandbox, levels)
    assert greeting == 'Hi {{first_name | default: "there"}}!'
    assert prompt == 'Plan {{ plan | default: "gold" }}, case {{case_number}}, town {{town}}.'
    wim = site.as_(WIM)
    before = (await wim.get(SETTINGS)).json()["data"]["settings"]["custom_variables"]
    changed = [{**one, "default": "dear caller"} if one["name"] == "first_name" else one for one in before]
    await wim.patch(SETTINGS, json={"custom_variables": changed})
    await work()
    assert (await told(sandbox, levels))[0] == 'Hi {{first_name | default: "dear caller"}}!'
    await wim.patch(SETTINGS, json={"custom_variables": before})
    await work()


async def test_a_call_of_ours_takes_what_was_given_else_the_defaults(
    services: Services, levels: dict[str, Any]
) -> None:
    ctx = Context(services, Scope(ACME, CLINIC), Actor("user", MIA.id), Origin())
    agent = await queries.find_agent(ctx, levels["id"])
    given = {"first_name": "Ada", "plan": "", "extra": "kept"}
    assert await merged_variables(ctx, agent, given) == {"first_name": "Ada", "plan": "gold", "extra": "kept"}
    await ctx.rollback()
    of_workspace = [Variable(name="case_number", required=True)]
    assert missing_variables(agent, of_workspace, {}) == ("case_number",)
    assert missing_variables(agent, of_workspace, {"case_number": "7"}) == ()


async def test_the_editor_offers_all_levels_and_names_what_nobody_knows(site: Site, levels: dict[str, Any]) -> None:
    mia = site.as_(MIA)
    path = f"/w/clinic/agents/{levels['id']}"
    page = (await mia.get(path)).text
    for name, level in [("email", "standard"), ("case_number", "workspace"), ("plan", "agent")]:
        assert f'data-insert="{name}" data-into="f-config-system_prompt" data-level="{level}"' in page
    assert 'value="variable:town"' in page
    assert 'value="variable:plan"' not in page
    added = await mia.post(path, data={**fields_of(page), "_do": "variable:town"})
    fields = fields_of(added.text)
    assert fields["config.custom_variables.1.name"] == "town"
    assert 'value="variable:town"' not in added.text
    saved = await mia.post(path, data={**fields, "config.custom_variables.1.default": "Bath", "_do": "save"})
    assert saved.status_code == 303
    stored = (await mia.get(f"{API}/{levels['id']}")).json()["data"]["config"]["custom_variables"]
    assert stored == [
        {"name": "plan", "default": "gold", "category": "agent"},
        {"name": "town", "default": "Bath", "category": "agent"},
    ]
    again = fields_of((await mia.get(path)).text)
    wrong = await mia.post(path, data={**again, "config.custom_variables.1.name": "Not A Name"})
    assert wrong.status_code == 400
    assert 'id="e-config-custom_variables-1-name"' in part_of(wrong.text, "s-variables-part")
    gone = await mia.post(path, data={**again, "config.custom_variables.1.remove": "true", "_do": "save"})
    assert gone.status_code == 303
    assert len((await mia.get(f"{API}/{levels['id']}")).json()["data"]["config"]["custom_variables"]) == 1


async def test_the_settings_page_keeps_adds_and_refuses(site: Site) -> None:
    wim = site.as_(WIM)
    path, api = PAGE.replace("clinic", "bakery"), SETTINGS.replace("clinic", "bakery")
    fields = fields_of((await wim.get(path)).text, "variables-form")
    assert fields["custom_variables.0.name"] == "first_name"
    more = fields_of((await wim.post(path, data={**fields, "_do": "add"})).text, "variables-form")
    last = max(int(name.split(".")[1]) for name in more if name.startswith("custom_variables."))
    typed = {**more, f"custom_variables.{last}.name": "Bad Name", "custom_variables.0.default": "friend", "_do": "save"}
    wrong = await wim.post(path, data=typed)
    assert wrong.status_code == 400
    assert f'id="e-custom_variables-{last}-name"' in wrong.text
    good = {**typed, f"custom_variables.{last}.name": "shop", f"custom_variables.{last}.default": "Corner Bakery"}
    assert (await wim.post(path, data=good)).status_code == 303
    stored = (await wim.get(api)).json()["data"]
    assert stored["settings"]["custom_variables"] == [
        {"name": "first_name", "description": "First name of the person on the line", "default": "friend",
         "category": "standard"},
        {"name": "shop", "default": "Corner Bakery"},
    ]  # fmt: skip
    stale = await wim.post(path, data=good)
    assert stale.status_code == 409
    assert "Corner Bakery" in stale.text
    assert (await wim.patch(api, json={"timezone": "UTC"})).json()["data"]["settings"] == stored["settings"]


async def test_who_may_not_change_settings_reads_the_variables(site: Site) -> None:
    page = await site.as_(VERA).get(PAGE)
    assert page.status_code == 200
    assert "Save variables" not in page.text
    assert (await site.as_(VERA).post(PAGE, data={})).status_code == 403
    assert (await site.as_(MIA).patch(SETTINGS, json={"custom_variables": []})).status_code == 403


async def test_an_agent_keeps_its_variables_apart_from_other_workspaces(services: Services) -> None:
    ctx = Context(services, Scope(ACME, BAKERY), Actor("user", OLGA.id), Origin())
    agent = msgspec.convert(
        {"id": uuid4(), "workspace_id": BAKERY, "name": "A", "description": None, "provider": "vapi",
         "voice_provider": "x", "model_provider": "x", "transcriber_provider": "x",
         "config": {"system_prompt": "{{plan}}"}, "is_active": True, "version": 1, "external_agent_id": None,
         "synced_version": None, "sync_status": "pending", "sync_error": None, "sync_error_field": None,
         "last_synced_at": None, "created_by": None, "created_at": ctx.now, "updated_at": ctx.now},
        queries.Agent,
    )  # fmt: skip
    assert await merged_variables(ctx, agent, {}) == {}, "the clinic's default is not the bakery's"
    await ctx.rollback()


async def test_the_row_holds_what_was_sent(dsns: Dsns, levels: dict[str, Any]) -> None:
    owner = await asyncpg.connect(dsns.owner)
    name = await owner.fetchval(
        "SELECT config->'custom_variables'->0->>'name' FROM app.ai_agents WHERE id = $1", levels["id"]
    )
    await owner.close()
    assert name == "plan"
