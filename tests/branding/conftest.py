"""Brands as they are changed: the owner's look at the tables, and pictures to upload."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from PIL import Image
from tests.world import ACME

from inspralv.foundation.db.dsn import Dsns


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look at the tables; afterwards the brand is again what it was."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.execute("UPDATE app.partners SET name = 'Acme Voice', branding = '{}' WHERE id = $1", ACME)
    await connection.execute("DELETE FROM app.mail_settings; DELETE FROM app.rate_limits; NOTIFY cache, 'partners'")
    await connection.close()


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """Make a picture file of a format, a size and a colour."""

    def make(
        kind: str = "PNG", size: tuple[int, int] = (320, 80), color: Any = (15, 118, 110, 255), **how: Any
    ) -> bytes:
        mode = "RGB" if kind in {"JPEG", "GIF"} else "RGBA"
        out = io.BytesIO()
        Image.new(mode, size, color[:3] if mode == "RGB" else color).save(out, kind, **how)
        return out.getvalue()

    return make
