"""Identifiers: UUIDv7 made by the application, its time taken from the event (RFC 9562, section 5.7)."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

PartnerId = NewType("PartnerId", UUID)
WorkspaceId = NewType("WorkspaceId", UUID)
UserId = NewType("UserId", UUID)

_MILLISECOND = 1000


def uuid7(at: datetime) -> UUID:
    """Make an identifier that sorts by `at` (aware, millisecond precision) and carries 74 random bits."""
    milliseconds = int(at.timestamp() * _MILLISECOND)
    value = milliseconds << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def uuid7_floor(at: datetime) -> UUID:
    """Return the smallest identifier of the millisecond `at`: time windows become bounds on the id."""
    return UUID(int=int(at.timestamp() * _MILLISECOND) << 80)


def uuid7_time(value: UUID) -> datetime:
    """Return the time an identifier carries."""
    return datetime.fromtimestamp((value.int >> 80) / _MILLISECOND, UTC)
