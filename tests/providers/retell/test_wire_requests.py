"""Every request of ours is one that the official package puts on the wire: method, path, query, headers, body."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.foundation.outbound.listener import Act, Listener, Received, Reply, as_json
from tests.providers.retell.examples import ANSWERS, REQUESTS
from tests.providers.retell.schemas import Schemas
from tests.providers.retell.specs import FULL

from inspralv.providers.contract import (
    E164,
    CallRef,
    NumberBinding,
    NumberImport,
    NumberRef,
    ProviderSession,
    RemoteRef,
    SipTrunk,
)
from inspralv.providers.retell.knowledge import File, Sources, Text
from inspralv.providers.retell.mapper import mark_json
from inspralv.providers.retell.session import RetellSession

REF = RemoteRef({"agent_id": "agent_5d2e77", "llm_id": "llm_8f3a1c"})
LINE, PHONE = NumberRef("+14155550100"), E164("+14155550123")
CALL = CallRef("call_9b1f0c2d4e6a8b0c2d4e6a8b0c2")
_IDS = re.compile(r"(?<=/)(?:agent|llm|call|kb|knowledge_base|source|src)_\w+|(?<=/)\+\d+|(?<=/)[\w-]+-Cimo")
TRUNK = SipTrunk(host="acme.pstn.example.com", username="u", password="p")  # noqa: S106


def shape(path: str) -> str:
    """A path without its ids and query."""
    return _IDS.sub("*", path.partition("?")[0])


KNOWN = {(one["method"], shape(one["raw_path"])): one for one in REQUESTS}
"""By method and shape of the path."""
NOT_LISTED = {
    ("POST", "/add-knowledge-base-sources/*"), ("DELETE", "/delete-knowledge-base-source/*/source/*"),
    ("POST", "/v2/create-web-call"),
}  # fmt: skip
"""The official package sends these too (or did, before the newer generation), but no example of them was recorded."""


MARKED = {**ANSWERS["POST /create-retell-llm"], "default_dynamic_variables": mark_json(FULL.metadata)}
ALIKE = {(name.partition(" ")[0], shape(name.partition(" ")[2])): body for name, body in ANSWERS.items()}
SAID: dict[tuple[str, str], Any] = {
    **ALIKE,
    ("GET", "/v2/list-retell-llms"): {"items": [MARKED], "has_more": False},
    ("POST", "/v2/list-agents"): {**ALIKE["POST", "/v2/list-agents"], "has_more": False},
    ("POST", "/v3/list-calls"): {**ALIKE["POST", "/v3/list-calls"], "has_more": False},
    ("PATCH", "/update-phone-number/*"): ANSWERS["GET /get-phone-number/{phone_number}"],
    ("POST", "/add-knowledge-base-sources/*"): ANSWERS["POST /create-knowledge-base"],
    ("DELETE", "/delete-knowledge-base-source/*/source/*"): ANSWERS["POST /create-knowledge-base"],
    ("GET", "/v2/get-call/*"): ANSWERS[f"GET /v2/get-call/{CALL.id}"],
}


def answer(asked: Received) -> Act:
    """What the vendor's examples say to a request; where there is none, nothing."""
    said = SAID.get((asked.method, shape(asked.path)))
    return Reply(204, b"") if said is None else as_json(said)


async def everything(session: RetellSession) -> None:
    """Ask for all that can be asked."""
    await session.check()
    await session.push_agent(FULL, None)
    await session.push_agent(FULL, REF)
    await session.pull_agent(REF)
    await session.find_agent(FULL.metadata, datetime(2025, 1, 1, tzinfo=UTC))
    await session.remove_agent(REF)
    await session.voices()
    await session.numbers()
    await session.import_number(NumberImport(number=E164("+14155550112"), name="Own", trunk=TRUNK))
    await session.bind_number(LINE, NumberBinding(inbound=REF, outbound=REF))
    await session.bind_number(LINE, NumberBinding())
    await session.release_number(LINE)
    await session.start_web_call(REF, {"business_name": "Acme"})
    await session.start_phone_call(REF, PHONE, LINE, {"business_name": "Acme"}, "ik-1")
    await session.call(CALL)
    assert [one async for one in session.calls(datetime(2025, 10, 26, tzinfo=UTC))]
    knowledge = session.knowledge
    sources = Sources(
        texts=[Text(title="Hours", text="Nine to five")], urls=["https://www.example.com"],
        files=[File(name='a "menu".pdf', content=b"%PDF", media_type="application/pdf")],
    )  # fmt: skip
    await knowledge.create("FAQ", sources)
    await knowledge.get("kb_31fe")
    await knowledge.list()
    await knowledge.add_sources("kb_31fe", sources)
    await knowledge.delete_source("kb_31fe", "src_1")
    await knowledge.delete("kb_31fe")


@pytest.fixture
async def asked(session: ProviderSession, listener: Listener) -> list[Received]:
    assert isinstance(session, RetellSession)
    listener.script = answer
    await everything(session)
    running = {**ANSWERS[f"GET /v2/get-call/{CALL.id}"], "call_status": "ongoing"}
    listener.script = lambda one: as_json(running) if one.method == "GET" else answer(one)
    await session.end_call(CALL)
    return listener.received


async def test_every_request_is_one_of_theirs(asked: list[Received]) -> None:
    for one in asked:
        key = (one.method, shape(one.path))
        if key in NOT_LISTED:
            continue
        theirs = KNOWN[key]
        for name in ("accept", "content-type"):
            sent, expected = one.headers.get(name), theirs[name.replace("-", "_")]
            assert (sent or "").split(";")[0] == (expected or ""), (key, name)
        assert one.headers["authorization"] == "Bearer key-1"
        if theirs["body"] is None:
            assert one.body == b"", key
        elif one.method == "POST" and theirs["content_type"] == "application/json":
            assert isinstance(one.json, dict), key
    seen = {(one.method, shape(one.path)) for one in asked}
    assert len(seen) >= 28
    # What a number's path holds is sent as it is.
    assert any(one.path == "/update-phone-number/+14155550100" for one in asked)


async def test_every_request_fits_the_description(asked: list[Received], schemas: Schemas) -> None:
    for one in asked:
        is_json = one.headers.get("content-type") == "application/json" and one.body
        schemas.request(one.method, one.path, one.params, one.json if is_json else None)
    assert schemas.checked["requests"] >= 30


async def test_the_very_same_bodies(asked: list[Received]) -> None:
    """Where the recorded request asks for what we ask for, ours equals it to the letter."""
    by_shape = {(one.method, shape(one.path)): one for one in asked}
    dialled = by_shape["POST", "/v2/create-phone-call"].json
    assert dialled == {**KNOWN["POST", "/v2/create-phone-call"]["body"], "metadata": {"mark": "ik-1"}}
    listed = by_shape["POST", "/v2/list-agents"]
    assert listed.json == KNOWN["POST", "/v2/list-agents"]["body"]
    drafted = [one for one in asked if "create-agent-version" in one.path]
    assert all(one.json == {"base_version": 0} for one in drafted)
    imported = by_shape["POST", "/import-phone-number"].json
    assert {**imported, "phone_number": "+14155550111"} == {
        **KNOWN["POST", "/import-phone-number"]["body"], "nickname": "Own", "transport": "UDP",
    }  # fmt: skip


async def test_forms_are_those_of_the_package(asked: list[Received]) -> None:
    """One part for each list, as JSON, and one for each file, without brackets in its name."""
    form = next(one for one in asked if one.path == "/create-knowledge-base")
    names = sorted(set(re.findall(rb'form-data; name="([^"]+)"', form.body)))
    known = KNOWN["POST", "/create-knowledge-base"]["body"]["multipart_fields"]
    assert names == sorted({name.split(" ")[0].encode() for name in known})
    assert json.dumps([{"title": "Hours", "text": "Nine to five"}], separators=(",", ":")).encode() in form.body
    assert b'filename="a %22menu%22.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n' in form.body
