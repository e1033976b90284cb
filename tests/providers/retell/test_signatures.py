from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.providers.retell.examples import VECTORS

from inspralv.providers.retell.signatures import HEADER
from inspralv.providers.retell.webhooks import RetellHooks


def at(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 15


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    headers = {HEADER.upper(): vector["signature"]}
    raw, now = vector["body"].encode(), at(vector["verifier_clock_ms"])
    assert RetellHooks().verify(raw, headers, vector["key"], now) is vector["valid"]


def test_without_a_header_or_a_key_nothing_is_valid() -> None:
    vector = VECTORS[0]
    raw, now = vector["body"].encode(), at(vector["verifier_clock_ms"])
    assert not RetellHooks().verify(raw, {}, vector["key"], now)
    assert not RetellHooks().verify(raw, {HEADER: vector["signature"]}, "", now)
    assert not RetellHooks().verify(raw, {HEADER: f"v={'9' * 400},d={'0' * 64}"}, vector["key"], now)


def test_a_narrower_window_counts() -> None:
    vector = VECTORS[0]
    headers, now = {HEADER: vector["signature"]}, at(vector["verifier_clock_ms"] + 2000)
    assert not RetellHooks().verify(vector["body"].encode(), headers, vector["key"], now, timedelta(seconds=1))
