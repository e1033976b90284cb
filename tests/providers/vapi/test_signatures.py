import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.providers.vapi.examples import VECTORS

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.registry import build_registry
from inspralv.providers.vapi.signatures import WebhookPlan

WINDOW = timedelta(minutes=10)
NOW = datetime.fromtimestamp(1788264063, UTC)
BODY = b'{"message":{"type":"hang"}}'
hooks = build_registry(BaseUrls())["vapi"].hooks


def by_name(vector: dict[str, Any]) -> str:
    return str(vector["name"])


def signed(stamp: str, key: str = "s", body: bytes = BODY) -> dict[str, str]:
    signature = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"x-timestamp": stamp, "x-signature": signature}


@pytest.mark.parametrize("vector", VECTORS, ids=by_name)
def test_every_vector_verifies_with_its_plan(vector: dict[str, Any]) -> None:
    plan = msgspec.convert(vector["plan"], WebhookPlan)
    body = vector["body"].encode()
    assert plan.verify(body, vector["headers"], NOW, WINDOW)
    assert plan.verify(body, {name.upper(): value for name, value in vector["headers"].items()}, NOW, WINDOW)


@pytest.mark.parametrize("vector", VECTORS, ids=by_name)
def test_every_vector_fails_when_anything_is_changed(vector: dict[str, Any]) -> None:
    plan = msgspec.convert(vector["plan"], WebhookPlan)
    body = vector["body"].encode()
    for name, value in vector["headers"].items():
        others = {key: one for key, one in vector["headers"].items() if key != name}
        assert not plan.verify(body, others, NOW, WINDOW), f"without {name}"
        changed = value[:-1] + ("0" if value[-1] != "0" else "1")
        assert not plan.verify(body, others | {name: changed}, NOW, WINDOW), f"changed {name}"
    if plan.type == "hmac":
        assert not plan.verify(body + b" ", vector["headers"], NOW, WINDOW)
    empty = msgspec.structs.replace(plan, token="", secret_key="")
    assert not empty.verify(body, vector["headers"], NOW, WINDOW)


@pytest.mark.parametrize("name", ["default plan", "bearer default", "legacy X-Vapi-Secret"])
def test_the_common_ways_need_no_plan(name: str) -> None:
    (vector,) = [vector for vector in VECTORS if vector["name"] == name]
    secret = vector["plan"].get("token") or vector["plan"]["secretKey"]
    body = vector["body"].encode()
    assert hooks.verify(body, vector["headers"], secret, NOW)
    assert not hooks.verify(body, vector["headers"], secret + "x", NOW)


@pytest.mark.parametrize("stamp", ["1788264063", "1788264063000"])
def test_stamps_count_seconds_or_milliseconds(stamp: str) -> None:
    assert hooks.verify(BODY, signed(stamp), "s", NOW)


@pytest.mark.parametrize("minutes", [-11, 11, 60 * 24 * 365])
def test_a_replay_is_refused(minutes: int) -> None:
    assert not hooks.verify(BODY, signed("1788264063"), "s", NOW + timedelta(minutes=minutes))
    assert hooks.verify(BODY, signed("1788264063"), "s", NOW + timedelta(minutes=9))


@pytest.mark.parametrize("stamp", ["", "soon", "-5", "1e9", "９９９", "9" * 40])
def test_a_stamp_that_is_none_is_refused(stamp: str) -> None:
    assert not hooks.verify(BODY, signed(stamp), "s", NOW)


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-vapi-secret": ""}, {"authorization": "Bearer "}, {"authorization": ""},
     {"x-signature": "", "x-timestamp": "1788264063"}],
)  # fmt: skip
def test_nothing_verifies_without_a_secret(headers: dict[str, str]) -> None:
    assert not hooks.verify(BODY, headers, "", NOW)
    assert not hooks.verify(BODY, headers, "s", NOW)
    assert not hooks.verify(BODY, signed("1788264063", key=""), "", NOW)


def test_strange_characters_are_compared_like_any_other() -> None:
    assert not hooks.verify(BODY, {"x-vapi-secret": "schlüssel\udcff"}, "s", NOW)
    assert hooks.verify(BODY, {"x-vapi-secret": "schlüssel"}, "schlüssel", NOW)


def test_a_plan_over_things_we_do_not_see_never_verifies() -> None:
    plan = WebhookPlan(type="hmac", secret_key="s", include_timestamp=False, payload_format="{url}.{body}")
    signature = hmac.new(b"s", b"{url}." + BODY, hashlib.sha256).hexdigest()
    assert not plan.verify(BODY, {"x-signature": signature}, NOW, WINDOW)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_each_algorithm(algorithm: Any) -> None:
    plan = WebhookPlan(
        type="hmac", secret_key="s", algorithm=algorithm, include_timestamp=False, signature_encoding="base64"
    )
    signature = base64.b64encode(hmac.new(b"s", BODY, algorithm).digest()).decode()
    assert plan.verify(BODY, {"x-signature": signature}, NOW, WINDOW)


def test_a_base64_secret_that_is_none_never_verifies() -> None:
    plan = WebhookPlan(type="hmac", secret_key="not base64!", secret_is_base64=True, include_timestamp=False)
    assert not plan.verify(BODY, {"x-signature": hmac.new(b"", BODY, "sha256").hexdigest()}, NOW, WINDOW)
