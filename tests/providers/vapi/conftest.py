from pathlib import Path

import pytest
from tests.foundation.outbound.listener import Listener
from tests.providers.vapi.schemas import Schemas

from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import ProviderSession
from inspralv.providers.registry import build_registry
from inspralv.providers.vapi.provider import VapiCredentials


@pytest.fixture(scope="session")
def schemas(contracts_dir: Path) -> Schemas:
    return Schemas(contracts_dir / "vapi" / "core-schemas.json")


@pytest.fixture
def session(http: Outbound, listener: Listener) -> ProviderSession:
    provider = build_registry(BaseUrls({"vapi": listener.url}))["vapi"]
    return provider.open(VapiCredentials(secret_key="private-key", public_key="public-key"), http)
