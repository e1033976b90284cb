"""Outbound calls come from the agent's own numbers; without one, from the number that the key shares."""

from __future__ import annotations

from typing import Any

import pytest
from tests.telephony.conftest import IMPORTING, ORG, TRUNK, Office, errors_of
from tests.world import CLINIC

CALLEE = "+14155557701"

pytestmark = pytest.mark.parametrize("office", IMPORTING, indirect=True)


async def call(office: Office, agent: dict[str, Any], **more: Any) -> Any:
    answer = await office.wim.post(
        f"/api/w/clinic/agents/{agent['id']}/outbound-call", json={"customerNumber": CALLEE, **more}
    )
    await office.work()
    return answer


def second_of(office: Office) -> str:
    """A number that no other provider of this test has: a partner has each once."""
    return f"+14155550{170 + IMPORTING.index(office.name)}"


async def second_number(office: Office) -> dict[str, Any]:
    """A second number of the clinic."""
    trunk = (await office.olga.post(f"{ORG}/sip-trunks", json=TRUNK)).json()["data"]
    body = {"phone_number": second_of(office), "integration_id": office.key["id"], "sip_trunk_id": trunk["id"],
            "assigned_workspace_id": str(CLINIC)}  # fmt: skip
    added = await office.olga.post(f"{ORG}/phone-numbers", json=body)
    assert added.status_code == 201, added.text
    await office.work()
    return dict(added.json()["data"])


async def test_the_callers_number(office: Office) -> None:
    agent, number, own = await office.agent("Caller"), await office.lent(), second_of(office)
    nothing = await call(office, agent)
    assert (nothing.status_code, "no number to call from" in nothing.json()["detail"]) == (409, True)

    shared = {"config": {"shared_outbound_phone_number_id": office.customer.number_id,
                         "shared_outbound_phone_number": office.customer.number}}  # fmt: skip
    await office.olga.patch(f"/api/partner/integrations/{office.key['id']}", json=shared)
    placed = (await call(office, agent)).json()["data"]
    assert placed["fromNumber"] == office.customer.number

    second = await second_number(office)
    await office.bind(second, outbound_agent_id=agent["id"])
    placed = (await call(office, agent)).json()["data"]
    assert placed["fromNumber"] == own
    conversation = (await office.wim.get(f"/api/w/clinic/conversations/{placed['conversationId']}")).json()["data"]
    assert (conversation["agent_number"], conversation["error_message"]) == (own, None)
    asked = (await office.vendor.get("/_sandbox/requests")).json()
    line = (await office.numbers_there())[own].ref.id
    assert any(line in str(one["body"]) for one in asked if one["method"] == "POST" and "call" in one["path"])

    form = (await office.wim.get(f"/w/clinic/agents/{agent['id']}/outbound-call")).text
    assert 'name="fromNumber"' not in form  # one number leaves no choice
    await office.bind(number, outbound_agent_id=agent["id"])
    form = (await office.wim.get(f"/w/clinic/agents/{agent['id']}/outbound-call")).text
    select = form.split('name="fromNumber"', 1)[1].split("</select>", 1)[0]
    assert office.customer.number in select
    assert own in select
    chosen = (await call(office, agent, fromNumber=own)).json()["data"]
    assert chosen["fromNumber"] == own
    foreign = await call(office, agent, fromNumber="+14155559999")
    assert "does not call from this number" in errors_of(foreign)["/fromNumber"]
    unbound = await office.bind(second, outbound_agent_id=None)
    assert unbound["outbound_agent_id"] is None
    refused = await call(office, agent, fromNumber=own)
    assert refused.status_code == 400
