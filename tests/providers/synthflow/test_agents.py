"""Agents over real HTTP: three assistants and their actions, kept in step."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.foundation.outbound.listener import Act, Drop, Listener, Received, Reply, as_json
from tests.providers.synthflow.specs import FULL
from tests.providers.synthflow.vendor import Vendor

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import ProviderSession, RemoteRef, WebhookTarget
from inspralv.providers.errors import Missing, Refused, Unavailable
from inspralv.providers.registry import build_registry

REF = RemoteRef({"outbound_id": "outbound-1", "inbound_id": "inbound-2", "widget_id": "widget-3"})
PULLED = msgspec.structs.replace(FULL, webhook=WebhookTarget(url=FULL.webhook.url if FULL.webhook else "", secret=""))


@pytest.fixture
def vendor(listener: Listener) -> Vendor:
    vendor = Vendor()
    listener.script = vendor
    return vendor


def writes(listener: Listener) -> list[str]:
    found = [f"{asked.method} {asked.path}" for asked in listener.received if asked.method != "GET"]
    listener.received.clear()
    return found


async def test_an_agent_is_three_assistants_with_the_same_actions(session: ProviderSession, vendor: Vendor) -> None:
    assert await session.push_agent(FULL, None) == REF
    assert [one["type"] for one in vendor.assistants.values()] == ["outbound", "inbound", "widget"]
    assert len(vendor.actions) == 4
    assert list(vendor.attached.values()) == [list(vendor.actions)] * 3
    assert await session.pull_agent(REF) == PULLED


async def test_pushing_the_same_again_writes_nothing(
    session: ProviderSession, vendor: Vendor, listener: Listener
) -> None:
    assert vendor
    await session.push_agent(FULL, None)
    writes(listener)
    assert await session.push_agent(FULL, REF) == REF
    assert writes(listener) == []


async def test_an_edit_sends_complete_assistants(session: ProviderSession, vendor: Vendor, listener: Listener) -> None:
    await session.push_agent(FULL, None)
    vendor.assistants["outbound-1"]["agent"]["patience_level"] = "low"
    listener.received.clear()
    await session.push_agent(msgspec.structs.replace(FULL, greeting="Hello"), REF)
    sent = [asked.json for asked in listener.received if asked.method == "PUT"]
    assert [one["agent"]["greeting_message"] for one in sent] == ["Hello"] * 3
    assert {"prompt", "llm", "language", "voice_id", "patience_level"} <= set(sent[0]["agent"])


async def test_tools_come_and_go_and_leave_nothing_behind(session: ProviderSession, vendor: Vendor) -> None:
    await session.push_agent(FULL, None)
    vendor.actions["extractor"] = {"SINGLE_CHOICE": {}}
    for attached in vendor.attached.values():
        attached.append("extractor")
    await session.push_agent(msgspec.structs.replace(FULL, tools=FULL.tools[:2]), REF)
    assert set(vendor.actions) == {"action-1", "extractor"}
    assert list(vendor.attached.values()) == [["action-1", "extractor"]] * 3
    await session.push_agent(msgspec.structs.replace(FULL, tools=()), REF)
    assert set(vendor.actions) == {"extractor"}


async def test_a_tool_that_somebody_else_made_is_detached_and_kept(session: ProviderSession, vendor: Vendor) -> None:
    await session.push_agent(msgspec.structs.replace(FULL, tools=()), None)
    vendor.actions["theirs"] = {"phone": "+14155550199"}
    vendor.attached["outbound-1"].append("theirs")
    assert len((await session.pull_agent(REF)).tools) == 1
    await session.push_agent(msgspec.structs.replace(FULL, tools=()), REF)
    assert "theirs" in vendor.actions
    assert vendor.attached["outbound-1"] == []


async def test_a_new_secret_reaches_the_tools(session: ProviderSession, vendor: Vendor) -> None:
    await session.push_agent(FULL, None)
    changed = msgspec.structs.replace(FULL, webhook=WebhookTarget(url=PULLED.webhook.url, secret="new"))  # type: ignore[union-attr]  # noqa: S106
    await session.push_agent(changed, REF)
    values = [one["custom_auth"]["value"] for one in vendor.actions.values() if "custom_auth" in one]
    assert values == ["new"]


async def test_one_that_is_gone_is_made_anew_and_all_of_them_are_missing(
    session: ProviderSession, vendor: Vendor
) -> None:
    await session.push_agent(FULL, None)
    del vendor.assistants["widget-3"]
    again = await session.push_agent(FULL, REF)
    assert again.ids["outbound_id"] == "outbound-1"
    assert set(vendor.assistants) == set(again.ids.values())
    vendor.assistants.clear()
    with pytest.raises(Missing):
        await session.push_agent(FULL, again)


async def test_removing_takes_the_actions_too(session: ProviderSession, vendor: Vendor) -> None:
    await session.push_agent(FULL, None)
    del vendor.assistants["inbound-2"]
    await session.remove_agent(REF)
    assert (vendor.assistants, vendor.actions) == ({}, {})
    with pytest.raises(Missing):
        await session.remove_agent(REF)


@pytest.mark.parametrize("name", ["llm", "voice_id", "prompt"])
async def test_what_is_dropped_in_silence_is_told(session: ProviderSession, vendor: Vendor, name: str) -> None:
    vendor.dropped = {name}
    with pytest.raises(Refused, match=name) as caught:
        await session.push_agent(FULL, None)
    assert caught.value.field
    assert vendor.assistants == {}


async def test_a_refusal_leaves_no_trace(session: ProviderSession, vendor: Vendor) -> None:
    def refuse(asked: Received) -> Act | None:
        is_last = asked.method == "POST" and asked.path == "/v2/assistants" and asked.json["type"] == "widget"
        return as_json({"detail": "voice_id is not known"}, 400) if is_last else None

    vendor.spoil = refuse
    with pytest.raises(Refused) as caught:
        await session.push_agent(FULL, None)
    assert caught.value.field == "config.voice_id"
    assert vendor.assistants == {}


@pytest.mark.parametrize("loss", [Drop(), Reply(502), Reply(200, b"<html>")])
async def test_an_assistant_whose_answer_was_lost_is_adopted(
    session: ProviderSession, vendor: Vendor, loss: Any
) -> None:
    lost: list[str] = []

    def lose(asked: Received) -> Act | None:
        if asked.method == "POST" and asked.path == "/v2/assistants" and not lost:
            lost.append(asked.path)
            vendor.answer(asked)
            return loss  # type: ignore[no-any-return]
        return None

    vendor.spoil = lose
    if isinstance(loss, Reply) and loss.status == 200:
        since = datetime.now(UTC)
        with pytest.raises(Exception, match="JSON"):
            await session.push_agent(FULL, None)
        found = await session.find_agent(FULL.metadata, since)
        assert found == RemoteRef({"outbound_id": "outbound-1"})
        await session.push_agent(FULL, found)
    else:
        assert await session.push_agent(FULL, None) == REF
    assert sorted(one["type"] for one in vendor.assistants.values()) == ["inbound", "outbound", "widget"]


async def test_an_assistant_that_was_not_made_is_unavailable(session: ProviderSession, vendor: Vendor) -> None:
    vendor.spoil = lambda asked: Reply(503) if asked.method == "POST" else None
    with pytest.raises(Unavailable):
        await session.push_agent(FULL, None)


async def test_all_ids_of_an_agent_are_known() -> None:
    provider = build_registry(BaseUrls())["synthflow"]
    assert provider.agent_ids_of(REF) == ("outbound-1", "inbound-2", "widget-3")
    assert provider.agent_ids_of(RemoteRef({"outbound_id": "o"})) == ("o",)
    with pytest.raises(KeyError):
        provider.agent_ids_of(RemoteRef({"assistant_id": "x"}))
