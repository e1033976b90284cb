from pathlib import Path

import pytest
from tests.foundation.outbound.listener import Listener
from tests.providers.retell.schemas import Schemas

from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.retell.provider import RetellCredentials, RetellProvider
from inspralv.providers.retell.session import RetellSession


@pytest.fixture
def schemas(contracts_dir: Path) -> Schemas:
    return Schemas(contracts_dir / "retell" / "openapi-sdk-6.2.13.json")


@pytest.fixture
def session(http: Outbound, listener: Listener) -> RetellSession:
    """A session whose vendor is the listener."""
    opened = RetellProvider(BaseUrls({"retell": listener.url})).open(RetellCredentials(secret_key="key-1"), http)  # noqa: S106
    assert isinstance(opened, RetellSession)
    return opened
