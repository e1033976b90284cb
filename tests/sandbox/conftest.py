"""A sandbox that forgot everything, an address that webhooks go to, and the vendor's schemas."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.conftest import Sandbox
from tests.foundation.outbound.listener import Listener
from tests.providers.vapi.schemas import Schemas
from tests.sandbox.caller import Caller

from inspralv.foundation.outbound.certificates import certificates
from inspralv.sandbox.options import RIVAL

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    """The vendor's own schemas, which are not part of this repository."""
    folder = Path(os.environ.get("INSPRALV_CONTRACTS") or REPOSITORY.parent / "shared" / "contracts")
    bundle = folder / "vapi" / "core-schemas.json"
    if not bundle.is_file():
        pytest.fail(f"the vendor's schemas are not at {bundle}: set INSPRALV_CONTRACTS to their folder", pytrace=False)
    return Schemas(bundle)


@pytest.fixture
async def hooks() -> AsyncIterator[Listener]:
    """Where webhooks arrive."""
    async with Listener() as listener:
        yield listener


@pytest.fixture
async def vapi(sandbox: Sandbox, hooks: Listener) -> AsyncIterator[Caller]:
    """The sandbox as Acme's account sees it, empty and well-behaved."""
    await sandbox.reset()
    yield Caller(sandbox, hooks)
    await sandbox.reset()


@pytest.fixture
async def rival(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """The other account's client."""
    headers = {"authorization": f"Bearer {RIVAL.private_key}"}
    async with httpx.AsyncClient(base_url=sandbox.url, headers=headers, verify=certificates()) as client:
        yield client
