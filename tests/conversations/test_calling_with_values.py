"""Calls with variables, and calling somebody back."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.conftest import Sandbox
from tests.conversations.conftest import API, Desk, new_call_id
from tests.conversations.test_calls import NUMBER, until_over
from tests.world import BAKERY, STAN, VERA

from inspralv.foundation.ids import uuid7
from inspralv.providers.contract import Ability


@pytest.fixture(autouse=True)
async def greeting(desk: Desk, sandbox: Sandbox) -> None:
    await sandbox.mischief()
    await desk.rows.execute("DELETE FROM app.rate_limits")
    config = {
        "first_message": "Hello {{first_name}}, about {{topic}}.",
        "custom_variables": [
            {"name": "topic", "default": "your visit", "description": "What it is about", "category": "agent"},
            {"name": "order", "required": True, "category": "agent"},
        ],
    }
    answer = await desk.mia.patch(f"{API}/agents/{desk.agent['id']}", json={"config": config})
    assert answer.status_code == 200, answer.text
    await desk.work()


async def dial(desk: Desk, **body: Any) -> httpx.Response:
    wanted = {"customerNumber": NUMBER, **body}
    return await desk.mia.post(f"{API}/agents/{desk.agent['id']}/outbound-call", json=wanted)


async def test_values_reach_the_provider_and_stay_at_the_conversation(desk: Desk, sandbox: Sandbox) -> None:
    answer = await dial(desk, variables={"first_name": "Dana", "order": "A-17", "topic": ""})
    assert answer.status_code == 202, answer.text
    call = await until_over(desk, answer.json()["data"]["conversationId"])
    assert call["variables"] == {"first_name": "Dana", "order": "A-17", "topic": "your visit", "phone_number": NUMBER}
    assert "Hello Dana, about your visit." in {line["text"] for line in call["transcript"]}
    page = await desk.mia.get(f"/w/clinic/conversations/{call['id']}")
    assert "A-17" in page.text


@pytest.mark.parametrize(
    ("variables", "pointers"),
    [
        ({}, {"/variables/order"}),
        ({"order": " "}, {"/variables/order"}),
        ({"order": "{{system}}"}, {"/variables/order"}),
        ({"order": "x" * 501}, {"/variables/order"}),
        ({"order": 3}, {"/variables/order"}),
    ],
)
async def test_values_that_are_refused_at_the_field(desk: Desk, variables: dict[str, Any], pointers: set[str]) -> None:
    answer = await dial(desk, variables=variables)
    assert answer.status_code == 400, answer.text
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers


async def test_names_and_numbers_of_values_are_limited(desk: Desk) -> None:
    assert (await dial(desk, variables={"Bad Name": "x", "order": "1"})).status_code == 400
    many = {f"v{n}": "x" for n in range(101)} | {"order": "1"}
    assert (await dial(desk, variables=many)).status_code == 400


async def test_the_form_asks_for_them(desk: Desk) -> None:
    path = f"/w/clinic/agents/{desk.agent['id']}/outbound-call"
    shown = (await desk.mia.get(path)).text
    assert 'name="variables.first_name"' in shown
    assert 'value="your visit"' in shown
    assert 'name="variables.order"' in shown
    assert 'name="variables.phone_number"' not in shown
    wrong = await desk.mia.post(
        path, data={"customerNumber": NUMBER, "variables.topic": "Roses", "variables.order": ""}
    )
    assert wrong.status_code == 422
    assert 'id="e-variables-order"' in wrong.text
    assert 'value="Roses"' in wrong.text
    sent = await desk.mia.post(path, data={"customerNumber": NUMBER, "variables.order": "B-1"})
    assert sent.status_code == 303
    call = await until_over(desk, sent.headers["location"].rpartition("/")[2])
    assert call["variables"]["order"] == "B-1"


async def incoming(desk: Desk) -> dict[str, Any]:
    """A finished call of somebody who wants to be called back."""
    call_id = new_call_id()
    body = desk.message(
        "end-of-call-report", call_id, call={"type": "inboundPhoneCall", "customer": {"number": NUMBER}}
    )
    body["message"]["customer"] = {"number": NUMBER, "name": "Dana Lee"}
    await desk.deliver(body)
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    return conversation


async def test_calling_back_answers_a_conversation(desk: Desk) -> None:
    asked = await incoming(desk)
    page = (await desk.mia.get(f"/w/clinic/conversations/{asked['id']}")).text
    link = f"/w/clinic/agents/{desk.agent['id']}/outbound-call?answers={asked['id']}"
    assert link in page
    form = (await desk.mia.get(link)).text
    assert f'value="{NUMBER}"' in form
    assert f'value="{asked["id"]}"' in form
    placed = await dial(desk, variables={"order": "1"}, answersConversationId=str(asked["id"]))
    assert placed.status_code == 202, placed.text
    call = await until_over(desk, placed.json()["data"]["conversationId"])
    assert call["answers_id"] == asked["id"]
    before = await desk.read(asked["id"])
    assert before["called_back_id"] == call["id"]
    assert before["followed_up_at"] is not None
    assert before["followed_up_by"] == "Mia Test"
    assert "Called back" in (await desk.mia.get(f"/w/clinic/conversations/{asked['id']}")).text
    assert "Answers an earlier" in (await desk.mia.get(f"/w/clinic/conversations/{call['id']}")).text


async def test_values_are_carried_over(desk: Desk) -> None:
    first = await dial(desk, variables={"order": "Z-9", "first_name": "Dana"})
    call = await until_over(desk, first.json()["data"]["conversationId"])
    form = (await desk.mia.get(f"/w/clinic/agents/{desk.agent['id']}/outbound-call?answers={call['id']}")).text
    assert 'value="Z-9"' in form
    assert 'value="Dana"' in form


async def test_a_conversation_of_others_is_not_answered(desk: Desk) -> None:
    theirs = uuid7(desk.services.clock())
    await desk.rows.execute(
        "INSERT INTO app.conversations (partner_id, workspace_id, id, provider, direction, status, contact_number,"
        " created_at, updated_at) SELECT partner_id, $1, $2, 'vapi', 'inbound', 'completed', '+14155550777', now(), now()"
        " FROM app.workspaces WHERE id = $1",
        BAKERY, theirs,
    )  # fmt: skip
    answer = await dial(desk, variables={"order": "1"}, answersConversationId=str(theirs))
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/answersConversationId"]
    form = await desk.mia.get(f"/w/clinic/agents/{desk.agent['id']}/outbound-call?answers={theirs}")
    assert "+14155550777" not in form.text


async def test_who_is_offered_to_call_back(desk: Desk) -> None:
    asked = await incoming(desk)
    path = f"/w/clinic/conversations/{asked['id']}"
    assert "?answers=" not in (await desk.site.as_(VERA).get(path)).text
    assert (await desk.site.as_(STAN).get(path)).status_code == 404


async def test_where_a_provider_cannot_hang_up_the_page_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from inspralv.providers.vapi.provider import VapiProvider

    call_id = new_call_id()
    await desk.deliver(desk.message("status-update.in-progress", call_id))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    path = f"/w/clinic/conversations/{conversation['id']}"
    assert "Hang up" in (await desk.mia.get(path)).text
    monkeypatch.setattr(VapiProvider, "abilities", VapiProvider.abilities - {Ability.END_CALLS})
    shown = (await desk.mia.get(path)).text
    assert "no way to end a running call" in shown
    assert "/hang-up" not in shown
