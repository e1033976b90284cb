"""What the tests of agents share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from inspralv.foundation.db.dsn import Dsns


@pytest.fixture
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look; afterwards workspaces have no limits of their own again."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.execute("UPDATE app.workspaces SET resource_limits = '{}'")
    await connection.close()
