"""Tools of an agent: what is refused at which field, and what the provider is told of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.conftest import Site
from tests.world import MIA

from inspralv.agents.tools import (
    BUILT_IN,
    CustomFunctionTool,
    EarlierCallsTool,
    NoteFollowUpTool,
    contract_tool,
    kinds_offered,
    tools_of_contract,
)
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, CustomFunction
from inspralv.providers.registry import build_registry

AGENTS = "/api/w/clinic/agents"
FUNCTION = {"type": "custom_function", "name": "f", "description": "d"}


async def faults(site: Site, *tools: dict[str, Any]) -> dict[str, str]:
    body = {"name": "With tools", "provider": "vapi", "config": {"tools": list(tools)}}
    answer = await site.as_(MIA).post(AGENTS, json=body)
    assert answer.status_code == 400, answer.text
    return {error["pointer"]: error["message"] for error in answer.json()["errors"]}


async def test_a_schema_that_is_none_is_refused_where_it_stands(site: Site) -> None:
    wrong = {"type": "object", "properties": {"day": {"type": "date"}}}
    found = await faults(site, {"type": "end_call"}, FUNCTION | {"parameters": wrong})
    assert list(found) == ["/config/tools/1/parameters"]
    assert found["/config/tools/1/parameters"].startswith("properties.day.type: ")
    request = {
        "type": "api_request",
        "name": "r",
        "description": "d",
        "url": "https://x.test",
        "body": {"type": "array"},
    }
    assert list(await faults(site, request)) == ["/config/tools/0/body"]


async def test_names_of_ours_are_taken(site: Site) -> None:
    named = {"type": "custom_function", "name": "note_follow_up", "description": "d"}
    assert list(await faults(site, named)) == ["/config/tools/0/name"]
    assert list(await faults(site, {"type": "earlier_calls"}, {"type": "earlier_calls"})) == ["/config/tools/1/type"]


async def test_the_form_says_it_at_the_field(site: Site) -> None:
    mia = site.as_(MIA)
    made = await mia.post(AGENTS, json={"name": "Formed", "provider": "vapi"})
    agent = made.json()["data"]
    fields = {
        "name": "Formed", "version": str(agent["version"]), "config.tools.0.type": "custom_function",
        "config.tools.0.name": "free", "config.tools.0.description": "d",
    }  # fmt: skip
    for typed, words in (("{", "not valid JSON"), ('{"type": "object", "required": 3}', "required: ")):
        answer = await mia.post(f"/w/clinic/agents/{agent['id']}", data=fields | {"config.tools.0.parameters": typed})
        assert answer.status_code == 400
        assert words in answer.text
        assert 'id="e-config-tools-0-parameters"' in answer.text
    assert "data-fill=" in answer.text


async def test_a_tool_that_can_be_there_once_is_offered_once(site: Site) -> None:
    mia = site.as_(MIA)
    tools = [{"type": "end_call"}, FUNCTION]
    made = await mia.post(AGENTS, json={"name": "Once", "provider": "vapi", "config": {"tools": tools}})
    page = (await mia.get(f"/w/clinic/agents/{made.json()['data']['id']}")).text
    offered = set(re.findall(r'value="add:([a-z_]+)"', page))
    assert {"press_digits", "custom_function", "api_request"} <= offered
    assert "end_call" not in offered


async def test_a_transfer_needs_somebody(site: Site) -> None:
    found = await faults(site, {"type": "transfer_call", "targets": []})
    assert found == {"/config/tools/0/targets": "Add at least one entry."}


def test_the_provider_always_asks_us() -> None:
    own = CustomFunctionTool(name="f", description="d", server_url="https://crm.test/secret")
    there = contract_tool(own)
    assert isinstance(there, CustomFunction)
    assert there.server_url is None
    assert [contract_tool(tool) for tool in (EarlierCallsTool(), NoteFollowUpTool())] == list(BUILT_IN.values())
    assert tools_of_contract([there, *BUILT_IN.values()], [own]) == [own, EarlierCallsTool(), NoteFollowUpTool()]


@pytest.mark.parametrize("name", sorted(build_registry(BaseUrls({}))))
def test_tools_of_ours_are_offered_where_the_provider_asks_us(name: str) -> None:
    provider = build_registry(BaseUrls({}))[name]
    offered = set(kinds_offered(provider))
    assert (set(BUILT_IN) <= offered) == (Ability.TOOL_CALLS in provider.abilities)
    assert offered - set(BUILT_IN) <= provider.options.tools
