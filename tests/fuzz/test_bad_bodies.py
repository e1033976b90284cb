"""Bodies that are wrong, on every operation that takes one: a 4xx that names every bad field, and nothing stored."""

from __future__ import annotations

import json
from typing import Any

import httpx
import psycopg
import pytest
from tests.accounts.door import PROXIED
from tests.conftest import Site
from tests.fuzz.bodies import OPERATIONS, Operation
from tests.fuzz.ground import Ground, new_address
from tests.fuzz.stored import nothing_stored
from tests.world import WIM

ENVIRON = PROXIED
JSON = {"content-type": "application/json"}
each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
each_with_text = pytest.mark.parametrize(
    "operation",
    [one for one in OPERATIONS if any(isinstance(value, str) for value in one.good.values())],
    ids=lambda operation: operation.name,
)

# Bodies that are no JSON object at all, wherever they are sent.
BROKEN = {
    "nothing": b"",
    "blank": b"  ",
    "cut off": b'{"name": "a',
    "no value": b'{"name": }',
    "a comma too many": b'{"name": "a",}',
    "two values": b"{} {}",
    "not JSON": b"name=a&provider=vapi",
    "markup": b"<name>a</name>",
    "single quotes": b"{'name': 'a'}",
    "not a number": b'{"name": NaN}',
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "half a surrogate pair in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "a"}',
    "a NUL byte": b'{"name": "a\x00"}',
    "an array": b"[]",
    "null": b"null",
    "a number": b"7",
    "a text": b'"name"',
    "brackets without an end": b"[" * 100_000,
    "deep arrays": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}


class Sender:
    """Sends bodies to one operation and looks at the refusals."""

    def __init__(self, site: Site, ground: Ground, operation: Operation) -> None:
        host = "localhost" if operation.at_platform else WIM.host
        cookie = {"cookie": ground.staff_cookie} if operation.at_platform else {}
        self.client = site.as_(operation.who) if operation.who else site.at(host, headers=cookie)
        self.needs_nothing = operation.needs_nothing or operation.method == "PATCH"
        self.method, self.path = operation.method, operation.path.format(**ground.known)
        right = json.dumps(operation.good)
        for name, thing in ground.known.items():
            right = right.replace(f"{{{name}}}", thing)
        self.good: dict[str, Any] = json.loads(right)

    async def send(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        sent = {"x-forwarded-for": new_address(), **(JSON if headers is None else headers)}
        return await self.client.request(self.method, self.path, content=body, headers=sent)

    async def refused(self, body: object) -> dict[str, str]:
        """The faults that are named: pointers with their codes."""
        answer = await self.send(body if isinstance(body, bytes) else json.dumps(body).encode())
        problem = problem_of(answer, 400)
        assert problem["code"] == "VALIDATION_ERROR"
        assert problem["errors"]
        assert all(error["message"] for error in problem["errors"])
        return {error["pointer"]: error["code"] for error in problem["errors"]}


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["detail"] == problem["error"] != ""
    assert problem["requestId"] == answer.headers["x-request-id"]
    return problem


@pytest.fixture
def sender(site: Site, ground: Ground, operation: Operation) -> Sender:
    return Sender(site, ground, operation)


def test_no_body_is_left_out(schema: Any) -> None:
    """A new operation with a body belongs into the table."""
    described = {
        operation["operationId"]
        for path in schema.raw_schema["paths"].values()
        for operation in path.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
        and operation["x-access"] != "signed_by_provider"
    }
    assert described == {operation.name for operation in OPERATIONS}


@each
async def test_a_body_that_is_no_object_of_json(sender: Sender, rows: psycopg.Connection) -> None:
    async with nothing_stored(rows):
        for label, body in BROKEN.items():
            assert list(await sender.refused(body)) == [""], label


@each
async def test_every_wrong_and_every_unknown_field_is_named(sender: Sender, rows: psycopg.Connection) -> None:
    wrong: dict[str, Any] = {name: 7 if isinstance(value, dict) else {"x": [1]} for name, value in sender.good.items()}
    async with nothing_stored(rows):
        named = await sender.refused(wrong | {"un/kno~wn": 1, "": None, "zweites": []})
    assert set(named) == {*(f"/{name}" for name in wrong), "/un~1kno~0wn", "/", "/zweites"}
    assert [named[name] for name in ("/un~1kno~0wn", "/", "/zweites")] == ["unknown"] * 3


@each
async def test_what_is_missing_is_named(sender: Sender, rows: psycopg.Connection) -> None:
    """A change needs nothing in particular; whoever sends an empty object to the others is told what belongs in."""
    if sender.needs_nothing:
        return
    async with nothing_stored(rows):
        named = await sender.refused({})
    assert set(named.values()) == {"required"}
    assert {name.strip("/") for name in named} <= set(sender.good)


@each_with_text
async def test_names_of_ten_thousand_characters(sender: Sender, rows: psycopg.Connection) -> None:
    texts = [name for name, value in sender.good.items() if isinstance(value, str)]
    async with nothing_stored(rows):
        named = await sender.refused(sender.good | dict.fromkeys(texts, "n" * 10_000))
    assert set(named) == {f"/{name}" for name in texts}


@each_with_text
@pytest.mark.parametrize("bad", ["\0", "\ud800", "\udfff x"], ids=["NUL", "high surrogate", "low surrogate"])
async def test_characters_that_cannot_be_stored(sender: Sender, rows: psycopg.Connection, bad: str) -> None:
    """In a value, in a nested one and in a name; with the other faults of the same body."""
    first = next(name for name, value in sender.good.items() if isinstance(value, str))
    async with nothing_stored(rows):
        named = await sender.refused(
            sender.good | {first: f"a{bad}", "unknown": {"inner": [bad]}, f"na{bad}me": 1, "other": 1}
        )
    assert (named[f"/{first}"], named["/unknown/inner/0"]) == ("nul", "nul")
    assert (named["/unknown"], named["/other"]) == ("unknown", "unknown")
    assert any(place.startswith("/na") and place.endswith("me") for place in named)


@each
async def test_a_name_that_occurs_twice(sender: Sender, rows: psycopg.Connection) -> None:
    """Which of the two is meant, nobody can tell."""
    name, value = next(iter(sender.good.items()))
    twice = json.dumps(sender.good)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"
    async with nothing_stored(rows):
        assert await sender.refused(twice.encode()) == {f"/{name}": "repeated"}


@each
async def test_numbers_beyond_all_bounds(sender: Sender, rows: psycopg.Connection) -> None:
    async with nothing_stored(rows):
        for number in ("9" * 10_000, "-" + "9" * 400, "1e999"):
            body = json.dumps(sender.good)[:-1] + f', "extra": {number}}}'
            assert "/extra" in await sender.refused(body.encode())


@each
async def test_nesting_without_end_in_a_field(sender: Sender, rows: psycopg.Connection) -> None:
    async with nothing_stored(rows):
        for depth in (100, 900):
            for left, right in (("[", "]"), ('{"a":', "}")):
                body = json.dumps(sender.good)[:-1] + f', "extra": {left * depth}1{right * depth}}}'
                named = await sender.refused(body.encode())
                assert "depth" in named.values()


@each
async def test_other_kinds_of_bodies(sender: Sender, rows: psycopg.Connection) -> None:
    body = json.dumps(sender.good).encode()
    kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
             "application/jsonp", "image/png", "+json", "nonsense")  # fmt: skip
    async with nothing_stored(rows):
        for kind in kinds:
            problem = problem_of(await sender.send(body, {"content-type": kind}), 415)
            assert problem["code"] == "UNSUPPORTED_MEDIA_TYPE"
        problem_of(await sender.send(body, {}), 415)


@each
async def test_bodies_beyond_the_limit(sender: Sender, rows: psycopg.Connection) -> None:
    async with nothing_stored(rows):
        problem_of(await sender.send(b'{"name": "' + b"x" * 1_000_000 + b'"}'), 413)


async def test_faults_deep_inside_are_all_named(site: Site, ground: Ground, rows: psycopg.Connection) -> None:
    """Lists and tagged objects included."""
    config = {
        "language": "?", "max_duration_seconds": 1, "voice_settings": {"speed": 9, "zz": 1},
        "end_call_phrases": ["", "ok", 7, "  "],
        "tools": [{"type": "nope"}, {"type": "end_call", "bad": 1}, {"type": "api_request", "url": 7}, 7],
    }  # fmt: skip
    async with nothing_stored(rows):
        named = await Sender(site, ground, OPERATIONS[0]).refused({"name": "", "provider": 7, "config": config})
    assert set(named) >= {
        "/name", "/provider", "/config/language", "/config/max_duration_seconds", "/config/voice_settings/speed",
        "/config/voice_settings/zz", "/config/end_call_phrases/0", "/config/end_call_phrases/2",
        "/config/end_call_phrases/3", "/config/tools/0/type", "/config/tools/1/bad", "/config/tools/2/url",
        "/config/tools/2/name", "/config/tools/3",
    }  # fmt: skip
    assert "/config/end_call_phrases/1" not in named
