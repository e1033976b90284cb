"""An emulator that forgot everything, and the description of the API it speaks."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.conftest import SANDBOX_URL, Sandbox
from tests.foundation.outbound.listener import Listener
from tests.providers.synthflow.schemas import Schemas
from tests.sandbox.synthflow.caller import Caller

from inspralv.sandbox.synthflow.accounts import HARBOUR, RIVAL

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def description() -> Schemas:
    """The API's description, which is not part of this repository."""
    folder = Path(os.environ.get("INSPRALV_CONTRACTS") or REPOSITORY.parent / "shared" / "contracts")
    document = folder / "synthflow" / "openapi-core.json"
    if not document.is_file():
        pytest.fail(f"there is no {document}: set INSPRALV_CONTRACTS to the folder of contracts", pytrace=False)
    return Schemas(document)


@pytest.fixture
async def acme(sandbox: Sandbox, hooks: Listener, description: Schemas) -> AsyncIterator[Caller]:
    """The emulator as Acme's account sees it, empty and well-behaved."""
    assert sandbox
    caller = Caller(f"{SANDBOX_URL}/synthflow", hooks, description)
    await caller.developer("reset", {})
    yield caller
    await caller.developer("reset", {})
    await caller.api.aclose()


@pytest.fixture
async def rival(acme: Caller) -> AsyncIterator[Caller]:
    """Another account of the same region."""
    caller = Caller(acme.url, acme.hooks, acme.schemas, RIVAL)
    yield caller
    await caller.api.aclose()


@pytest.fixture
async def harbour(acme: Caller) -> AsyncIterator[Caller]:
    """An account of another region."""
    caller = Caller(acme.url, acme.hooks, acme.schemas, HARBOUR)
    yield caller
    await caller.api.aclose()
