"""Which partner is this? Host name → partner and brand, cached on every process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from inspralv.foundation.cache.cache import Cache
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import Unavailable

TOPIC = "partners"


class Branding(msgspec.Struct, frozen=True):
    """What a partner shows of itself. Colours are #RRGGBB."""

    company_name: str = ""
    primary_color: str = "#7c3aed"
    secondary_color: str = "#64748b"
    logo_url: str | None = None
    favicon_url: str | None = None
    support_email: str | None = None


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A partner as every request knows it. `host` is its primary host name, for links in mails."""

    id: UUID
    slug: str
    name: str
    is_platform: bool
    branding: Branding
    plan_tier: str
    features: dict[str, Any]
    resource_limits: dict[str, Any]
    onboarding_status: str
    host: str | None

    @property
    def label(self) -> str:
        """The name people see."""
        return self.branding.company_name or self.name


_COLUMNS = """
p.id, p.slug, p.name, p.is_platform, p.branding, p.plan_tier, p.features, p.resource_limits, p.onboarding_status,
(SELECT d.hostname FROM app.partner_domains d WHERE d.partner_id = p.id
  ORDER BY d.is_primary DESC, d.created_at LIMIT 1) AS host
"""
_BY_HOST = f"""
SELECT {_COLUMNS} FROM app.partners p JOIN app.partner_domains d ON d.partner_id = p.id
 WHERE d.hostname = $1 AND d.verified_at IS NOT NULL AND p.deleted_at IS NULL
"""  # noqa: S608 - constant columns
_PLATFORM = f"SELECT {_COLUMNS} FROM app.partners p WHERE p.is_platform AND p.deleted_at IS NULL"  # noqa: S608
_BY_ID = f"SELECT {_COLUMNS} FROM app.partners p WHERE p.id = $1 AND p.deleted_at IS NULL"  # noqa: S608


class Directory:
    """Partners by host name and by id. An unknown host belongs to the platform partner."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.by_host: Cache[str, Partner] = Cache(TOPIC, timedelta(minutes=10), self._load_by_host)
        self.by_id: Cache[UUID, Partner] = Cache(TOPIC, timedelta(minutes=10), self._load_by_id)

    async def of_host(self, host: str) -> Partner:
        """Return the partner of a host name (a port and a trailing dot do not count). Raises Unavailable when the
        database holds no platform partner yet."""
        return await self.by_host.get(hostname(host))

    async def _load_by_host(self, host: str) -> Partner:
        row = await self._pool.fetchrow(_BY_HOST, host) or await self._pool.fetchrow(_PLATFORM)
        if row is None:
            raise Unavailable("The platform has not been set up yet.")
        return to_struct(Partner, row)

    async def _load_by_id(self, partner_id: UUID) -> Partner:
        row = await self._pool.fetchrow(_BY_ID, partner_id)
        if row is None:
            raise LookupError(f"no partner {partner_id}")
        return to_struct(Partner, row)


def hostname(host: str) -> str:
    """Return the name of a Host header, without port and trailing dot."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).rstrip(".")
