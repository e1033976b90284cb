from pathlib import Path

import pytest
from tests.foundation.outbound.listener import Listener
from tests.providers.synthflow.schemas import Schemas

from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import ProviderSession
from inspralv.providers.registry import build_registry
from inspralv.providers.synthflow.provider import SynthflowCredentials


@pytest.fixture(scope="session")
def schemas(contracts_dir: Path) -> Schemas:
    return Schemas(contracts_dir / "synthflow" / "openapi-core.json")


@pytest.fixture
def session(http: Outbound, listener: Listener) -> ProviderSession:
    provider = build_registry(BaseUrls({"synthflow": listener.url}))["synthflow"]
    return provider.open(SynthflowCredentials(secret_key="the-key", account_id="1700x1"), http)
