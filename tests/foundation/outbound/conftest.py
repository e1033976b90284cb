from collections.abc import AsyncIterator

import pytest
from tests.foundation.outbound.listener import Listener

from inspralv.foundation.outbound import Outbound


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with Listener() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[Outbound]:
    async with Outbound() as outbound:
        yield outbound
