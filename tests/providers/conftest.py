import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.foundation.outbound.listener import Listener

from inspralv.foundation.outbound import Outbound

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def contracts_dir() -> Path:
    """The vendors' own schemas, which are not part of this repository."""
    folder = Path(os.environ.get("INSPRALV_CONTRACTS") or REPOSITORY.parent / "shared" / "contracts")
    if not folder.is_dir():
        pytest.fail(
            f"the vendors' contracts are not at {folder}: set INSPRALV_CONTRACTS to their folder", pytrace=False
        )
    return folder


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[Outbound]:
    async with Outbound() as outbound:
        yield outbound
