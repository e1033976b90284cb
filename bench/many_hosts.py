"""Partners with many domains: what the benchmarks of host names stand on."""

from __future__ import annotations

import asyncpg

EACH = 5  # domains of one partner
MANY = 100_000

_PARTNERS = """
INSERT INTO app.partners (id, slug, name, branding, plan_tier, created_at, updated_at)
SELECT md5('partner ' || n)::uuid, 'agency-' || n, 'Agency ' || n,
       jsonb_build_object('company_name', 'Agency ' || n, 'primary_color', '#0f766e'), 'pro', now(), now()
  FROM generate_series(0, ($1 - 1) / $2) n
"""
_DOMAINS = """
INSERT INTO app.partner_domains (hostname, partner_id, is_primary, verification_token, verified_at, certificate_at, reached_at,
                                 created_at)
SELECT 'voice-' || n || '.agencies.example', md5('partner ' || n / $2)::uuid, n % $2 = 0, md5(n::text), now(), now(), now(), now()
  FROM generate_series(0, $1 - 1) n
"""


async def fill(dsn: str, domains: int) -> None:
    """Lay down so many domains that are proved and in use."""
    connection = await asyncpg.connect(dsn, command_timeout=600)
    await connection.execute(_PARTNERS, domains, EACH)
    await connection.execute(_DOMAINS, domains, EACH)
    await connection.execute("VACUUM (ANALYZE) app.partners, app.partner_domains")
    await connection.close()


def host(n: int) -> str:
    """The name of a domain."""
    return f"voice-{n}.agencies.example"
