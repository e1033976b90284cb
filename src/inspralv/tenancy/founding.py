"""The platform's own partner, without which nobody is served. It is laid down by the owner role, before there is anybody who
could ask for it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import psycopg

from inspralv.foundation.ids import uuid7

_PARTNER = """
INSERT INTO app.partners (id, slug, name, is_platform, plan_tier, created_at, updated_at)
VALUES (%s, 'platform', 'Inspralv', true, 'enterprise', %s, %s) ON CONFLICT (is_platform) WHERE is_platform DO NOTHING
"""
_FIND = "SELECT id FROM app.partners WHERE is_platform"
# Another host beside those that are known takes the place of none: which one links lead to is chosen in the console.
_HOST = """
INSERT INTO app.partner_domains (hostname, partner_id, is_primary, verification_token, verified_at, created_at)
SELECT %s, p.id, NOT EXISTS (SELECT FROM app.partner_domains d WHERE d.partner_id = p.id AND d.is_primary), '', %s, %s
  FROM app.partners p WHERE p.is_platform ON CONFLICT (hostname) DO NOTHING
"""


def found_platform(owner: psycopg.Connection, host: str) -> UUID:
    """Make sure that there is the platform's partner, with this host of its own; return its id. Safe to repeat, and to run
    from several processes at once. In the connection's transaction. Raises psycopg.Error."""
    now = datetime.now(UTC)
    owner.execute(_PARTNER, (uuid7(now), now, now))
    owner.execute(_HOST, (host, now, now))
    found = owner.execute(_FIND).fetchone()
    assert found is not None
    platform: UUID = found[0]
    return platform
