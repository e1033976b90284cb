"""The dashboard's statement at ten thousand and at a million conversations.

    .venv/bin/python bench/dashboard.py

Both workspaces have the same agents and the same ninety days; only the number of calls differs. Times are of the one
statement under row security, in turn; the ratio of the medians is the figure.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from uuid import UUID

import asyncpg

from ground import ground, world
from inspralv.analytics.periods import last_days
from inspralv.analytics.queries import read_figures
from inspralv.assembly import dsns_of, open_services
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.settings import Settings

SMALL, LARGE, ROUNDS, LIMIT = 10_000, 1_000_000, 60, 1.2
AGENTS, DAYS = 5, 90

FILL_AGENTS = """
INSERT INTO app.ai_agents (partner_id, workspace_id, id, name, provider, voice_provider, model_provider, transcriber_provider,
                           created_at, updated_at)
SELECT $1, $2, gen_random_uuid(), 'Agent ' || n, 'vapi', '11labs', 'openai', 'deepgram', now(), now()
  FROM generate_series(1, $3) n
"""
# Ids carry the time of their call, spread evenly over the days.
FILL_CALLS = """
INSERT INTO app.conversations (partner_id, workspace_id, id, agent_id, provider, direction, status, contact_number, search_text,
                               duration_seconds, cost_micros, sentiment, usage_day, started_at, created_at, updated_at)
SELECT $1, $2,
       (lpad(to_hex((extract(epoch FROM t.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text || $2::text), 1, 19))::uuid,
       a.ids[1 + n % array_length(a.ids, 1)], 'vapi', 'inbound', (ARRAY['completed', 'completed', 'completed', 'no_answer'])[1 + n % 4],
       '+14155550' || (n % 1000), 'caller ' || n, 60 + n % 200, 20000 + n % 90000, 'neutral', t.at::date, t.at, t.at, t.at
  FROM generate_series(0, $3 - 1) n
 CROSS JOIN LATERAL (SELECT now() - interval '1 hour' - (n::float / $3) * ($4 * interval '1 day') AS at) t
 CROSS JOIN (SELECT array_agg(id) AS ids FROM app.ai_agents WHERE partner_id = $1 AND workspace_id = $2) a
"""
FILL_USAGE = """
INSERT INTO app.usage_daily (partner_id, workspace_id, day, agent_id, slot, calls, completed, no_answer, inbound, neutral,
                             seconds, cost_micros)
SELECT partner_id, workspace_id, usage_day, agent_id, (('x' || right(id::text, 4))::bit(16)::int % 4), count(*),
       count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'no_answer'), count(*), count(*),
       sum(duration_seconds), sum(cost_micros)
  FROM app.conversations WHERE partner_id = $1 AND workspace_id = $2 GROUP BY 1, 2, 3, 4, 5
"""


async def fill(dsn: str, workspace_id: UUID, calls: int) -> None:
    connection = await asyncpg.connect(dsn, command_timeout=600)
    await connection.execute(FILL_AGENTS, world.ACME, workspace_id, AGENTS)
    await connection.execute(FILL_CALLS, world.ACME, workspace_id, calls, DAYS)
    await connection.execute(FILL_USAGE, world.ACME, workspace_id)
    await connection.execute("ANALYZE")
    await connection.close()


async def measure(settings: Settings) -> None:
    times: dict[str, list[float]] = {"small": [], "large": []}
    async with open_services(settings, listen=False) as services:
        for n in range(ROUNDS + 5):
            for name, workspace_id in (("small", world.CLINIC), ("large", world.BAKERY)):
                ctx = Context(services, Scope(world.ACME, workspace_id), Actor("system"), Origin())
                period = last_days(ctx.now, "UTC", 30)
                await ctx.fetch_value("SELECT 1 WHERE $partner::uuid IS NOT NULL")  # begins the transaction
                began = time.perf_counter()
                figures = await read_figures(ctx, period.previous.first, period.last)  # type: ignore[arg-type]
                elapsed = time.perf_counter() - began
                await ctx.commit()
                assert figures.recent
                if n >= 5:  # the first ones warm caches and plans
                    times[name].append(elapsed * 1000)
    small, large = statistics.median(times["small"]), statistics.median(times["large"])
    print(
        f"dashboard: {small:.2f} ms at {SMALL:,} conversations, {large:.2f} ms at {LARGE:,}; ratio {large / small:.2f} (at most {LIMIT})"
    )


def main() -> None:
    with ground(fsync="off", shared_buffers="512MB", max_wal_size="4GB") as settings:
        owner = dsns_of(settings).owner
        asyncio.run(fill(owner, world.CLINIC, SMALL))
        asyncio.run(fill(owner, world.BAKERY, LARGE))
        asyncio.run(measure(settings))


if __name__ == "__main__":
    main()
