"""What is agreed with the agency, as the operator would agree it, and the owner's look at the tables."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.admin.conftest import staff
from tests.branding.conftest import picture
from tests.conftest import Site
from tests.conversations.conftest import desk
from tests.world import ACME, CLINIC, OLGA

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.ids import uuid7

__all__ = ["desk", "picture", "staff"]  # the agent at its provider, pictures to upload, the operator in the console

Agree = Callable[..., Awaitable[None]]


@pytest.fixture(scope="module")
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look at the tables."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def agree(site: Site, rows: asyncpg.Connection) -> AsyncIterator[Agree]:
    """`await agree("free", max_workspaces=2)` puts the agency on a plan, with figures and features of its own, and
    returns when the application knows. Afterwards it is what it was."""

    async def put(tier: str, *, features: dict[str, bool] | None = None, **limits: int) -> None:
        await rows.execute(
            "UPDATE app.partners SET plan_tier = $2, resource_limits = $3, features = $4 WHERE id = $1",
            ACME, tier, json.dumps(limits), json.dumps(features or {}),
        )  # fmt: skip
        await rows.execute("SELECT pg_notify('cache', 'partners')")
        agreed = {name: None if most < 0 else most for name, most in limits.items()}
        for _ in range(200):  # the announcement travels to the server's listener
            told = (await site.as_(OLGA).get("/api/partner/plan")).json()["data"]
            own = {one["name"]: one["most"] for one in told["limits"] if one["source"] == "partner"}
            if (told["tier"], own) == (tier, agreed) and told["features"].items() >= (features or {}).items():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the plan never arrived")

    yield put
    await rows.execute("UPDATE app.workspaces SET resource_limits = '{}'")
    await put("enterprise")


async def allow(rows: asyncpg.Connection, workspace_id: UUID, **limits: int) -> None:
    """Figures of a workspace's own; without any, those of the organisation hold again."""
    await rows.execute("UPDATE app.workspaces SET resource_limits = $2 WHERE id = $1", workspace_id, json.dumps(limits))


async def spend(rows: asyncpg.Connection, minutes: float, workspace_id: UUID = CLINIC) -> None:
    """Let a workspace have spent as much this month as if calls had taken it, and nothing else."""
    await rows.execute("DELETE FROM app.usage_daily WHERE workspace_id = $1", workspace_id)
    await rows.execute(
        "INSERT INTO app.usage_daily (partner_id, workspace_id, day, agent_id, slot, calls, completed, seconds)"
        " SELECT $1, w.id, (now() AT TIME ZONE w.timezone)::date, $3, 0, 1, 1, $4 FROM app.workspaces w WHERE w.id = $2",
        ACME, workspace_id, uuid7(datetime.now(UTC)), int(minutes * 60),
    )  # fmt: skip


async def count(rows: asyncpg.Connection, table: str, where: str, *args: Any) -> int:
    return int(await rows.fetchval(f"SELECT count(*) FROM app.{table} WHERE {where}", *args))  # noqa: S608 - names of ours
