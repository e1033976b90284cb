"""Everything we ask of the vendor fits the description of its API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
from tests.conftest import SANDBOX_URL, Sandbox
from tests.providers.synthflow.schemas import Schemas
from tests.providers.synthflow.specs import FULL

from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import E164, NumberBinding, NumberImport, NumberRef, SipTrunk
from inspralv.providers.errors import BadCredentials
from inspralv.providers.registry import build_registry
from inspralv.providers.synthflow.provider import SynthflowCredentials
from inspralv.sandbox.synthflow.accounts import ACME, HARBOUR, Account

URL = f"{SANDBOX_URL}/synthflow"
REGIONS = BaseUrls({"synthflow": URL, "synthflow:us": f"{URL}/us", "synthflow:eu": f"{URL}/eu"})
LINE = NumberRef(ACME.phone_number.removeprefix("+"))
PHONE, OWN = E164("+14155550101"), E164("+14155550177")


async def test_every_request_fits(sandbox: Sandbox, http: Outbound, schemas: Schemas) -> None:
    assert sandbox
    keys = SynthflowCredentials(secret_key=ACME.api_key, account_id=ACME.id)
    session = build_registry(REGIONS)["synthflow"].open(keys, http)
    async with httpx.AsyncClient(base_url=URL) as api:
        await api.post("/_sandbox/reset")
        await session.check()
        spec = msgspec.structs.replace(FULL, webhook=None, tools=FULL.tools[1:])
        ref = await session.push_agent(spec, None)
        await session.push_agent(msgspec.structs.replace(spec, greeting=None, tools=FULL.tools[2:3]), ref)
        await session.pull_agent(ref)
        await session.find_agent(spec.metadata, datetime.now(UTC))
        await session.voices()
        trunk = SipTrunk(host="sip.example.com", username="u", password="p", register=True)  # noqa: S106
        made = await session.import_number(NumberImport(number=OWN, name="Own", trunk=trunk))
        await session.bind_number(made.ref, NumberBinding(inbound=ref, outbound=ref))
        await session.bind_number(made.ref, NumberBinding())
        await session.release_number(made.ref)
        call = await session.start_phone_call(ref, PHONE, LINE, {"first_name": "Dana"}, "mark")
        await session.call(call)
        assert [one async for one in session.calls(datetime.now(UTC) - timedelta(minutes=5))]
        await session.remove_agent(ref)
        asked = (await api.get("/_sandbox/requests")).json()
        await api.post("/_sandbox/reset")
    for one in asked:
        schemas.request(one["method"], one["path"], one["query"], one["body"])
    assert schemas.checked["requests"] >= 60
    assert {
        "create-assistant", "list-assistant", "get-assistant", "update-assistant", "delete-assistant",
        "attach-phone-numbers-to-assistant", "detach-phone-number-from-assistant", "voice-call", "list-calls",
        "get-phone-call", "get-numbers", "delete-phone-number", "create-custom-number", "get-voices", "create-action",
        "get-action", "delete-action", "attach-action", "detach-action",
    } <= schemas.operations  # fmt: skip


@pytest.mark.parametrize("account", [ACME, HARBOUR])
async def test_the_region_of_a_key_is_named(sandbox: Sandbox, http: Outbound, account: Account) -> None:
    assert sandbox
    provider = build_registry(REGIONS)["synthflow"]
    words = {"global": "Global", "eu": "Europe"}[account.region]
    with pytest.raises(BadCredentials, match=f"belongs to the region “{words}”"):
        await provider.open(SynthflowCredentials(secret_key=account.api_key, region="us"), http).check()
    with pytest.raises(BadCredentials, match="Unauthorized"):
        await provider.open(SynthflowCredentials(secret_key="of-nobody", region="us"), http).check()
