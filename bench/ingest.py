"""Webhook to visible conversation: ten thousand deliveries, a fifth of them duplicates, shuffled.

    .venv/bin/python bench/ingest.py

The application, its worker and the client run in one process; its CPU time per delivery is set against that of a bare
client that sends the same statements, with the same arguments, to a copy of the database. At the end every call is
exactly one conversation, and the daily figures are exact.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent))
from tests.conftest import serve  # noqa: E402

from ground import ground, world  # noqa: E402
from inspralv.agents.actions import create_agent  # noqa: E402
from inspralv.agents.schemas import AgentDraft  # noqa: E402
from inspralv.assembly import dsns_of, open_services  # noqa: E402
from inspralv.foundation.context import Actor, Context, Origin  # noqa: E402
from inspralv.foundation.db import unit_of_work  # noqa: E402
from inspralv.foundation.db.unit_of_work import Scope  # noqa: E402
from inspralv.foundation.jobs.worker import run_worker  # noqa: E402
from inspralv.integrations.actions import add_integration  # noqa: E402
from inspralv.integrations.connections import Connection, find_connection  # noqa: E402
from inspralv.integrations.schemas import NewIntegration  # noqa: E402
from inspralv.settings import Settings  # noqa: E402
from inspralv.tenancy.contexts import Person, WorkspaceCard, WorkspaceContext  # noqa: E402
from inspralv.tenancy.directory import Directory  # noqa: E402
from inspralv.worker import queue_of  # noqa: E402

CALLS, DUPLICATES, SENDERS = 2000, 2000, 16
REMOTE = "2b0c6f5e-6a4d-4c0a-8f2f-9a1f4f8d7c10"
Sent = tuple[str, tuple[object, ...]]


async def prepare(settings: Settings) -> Connection:
    """A key, its webhook address, and an agent that the provider knows."""
    async with open_services(settings, listen=False) as services:
        wide = Context(services, Scope(world.ACME, wide=True), Actor("user", world.OLGA.id), Origin())
        await add_integration(wide, NewIntegration(provider="vapi", name="Bench", default_secret_key="bench-key"))
        await wide.commit()
        connection = await find_connection(wide, world.CLINIC, "vapi")
        await wide.commit()
        partner = await services.get(Directory).by_id.get(world.ACME)
        me = Person(world.OLGA.id, world.OLGA.email, "Olga", "Test")
        scope = Scope(world.ACME, world.CLINIC)
        ctx = WorkspaceContext(services, scope, Actor("user", me.id), Origin(), partner, me, me.id, "owner", ())
        ctx.enter(WorkspaceCard(world.CLINIC, "clinic", "Bright Clinic", "America/New_York", {}), "admin")
        agent = await create_agent(ctx, AgentDraft(name="Bench", provider="vapi"))
        await ctx.commit()
        owner = await asyncpg.connect(dsns_of(settings).owner)
        await owner.execute(
            "UPDATE app.ai_agents SET external_agent_id = $1, external_ref = $2, sync_status = 'synced' WHERE id = $3",
            REMOTE, f'{{"assistant": "{REMOTE}"}}', agent.id,
        )  # fmt: skip
        await owner.close()
        queue = await asyncpg.connect(dsns_of(settings).worker)
        await queue.execute("DELETE FROM procrastinate_jobs")
        await queue.close()
    assert connection is not None
    return connection


def deliveries() -> list[bytes]:
    """Four messages a call, a fifth of all sent twice, in any order."""
    start = int(time.time()) - 3600
    bodies = [body for n in range(CALLS) for body in _messages(n, start + n // 2)]
    dice = random.Random(7)  # noqa: S311 - the same order every time
    bodies += dice.choices(bodies, k=DUPLICATES)
    dice.shuffle(bodies)
    return bodies


def _messages(n: int, at: int) -> list[bytes]:
    call_id = f"{at * 1000 << 16:016x}"
    call_id = f"{call_id[:8]}-{call_id[8:12]}-7{n % 4096:03x}-8000-{n:012x}"

    def moment(offset: int) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at + offset))

    def message(kind: str, offset: int, **more: Any) -> bytes:
        call = {
            "id": call_id, "orgId": "5f1d7a3e-8c2b-4f0a-9d57-3b6c1e0f4a21", "type": "outboundPhoneCall", "assistantId": REMOTE,
            "createdAt": moment(0), "updatedAt": moment(offset), "customer": {"number": f"+1415555{n % 10000:04d}"},
            "startedAt": moment(3), "status": more.get("status", "ended"), "cost": more.get("cost", 0),
        }  # fmt: skip
        return msgspec.json.encode({"message": {"type": kind, "timestamp": (at + offset) * 1000, "call": call, **more}})

    lines = [
        {"role": "bot", "message": "Hello!", "secondsFromStart": 1.0},
        {"role": "user", "message": "Hi.", "secondsFromStart": 3.0},
    ]
    return [
        message("status-update", 1, status="ringing"),
        message("status-update", 3, status="in-progress"),
        message("status-update", 63, status="ended", endedReason="customer-ended-call"),
        message(
            "end-of-call-report", 70, endedReason="customer-ended-call", startedAt=moment(3), endedAt=moment(63), cost=0.05,
            costBreakdown={"total": 0.05, "vapi": 0.05}, artifact={"messages": lines, "transcript": "AI: Hello!\nUser: Hi."},
            analysis={"summary": "Said hello.", "structuredData": {"sentiment": "neutral"}},
        ),
    ]  # fmt: skip


async def ours(
    settings: Settings, connection: Connection, bodies: list[bytes], sent: list[Sent]
) -> tuple[float, float]:
    """Deliver over HTTP and drain the queue; return wall and CPU seconds."""
    path = connection.hook_url.partition("://")[2].partition("/")[2]
    record = _recording(sent)
    async with serve(settings) as site, open_services(settings, listen=False) as services:
        wall, cpu = time.perf_counter(), time.process_time()
        with record:
            await _send_all(site.port, f"/{path}", connection.hook_secret, bodies)
            await run_worker(queue_of(settings, services), 8, wait=False)
        return time.perf_counter() - wall, time.process_time() - cpu


async def _send_all(port: int, path: str, secret: str, bodies: list[bytes]) -> None:
    async def sender(mine: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in mine:
            head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\nx-vapi-secret: {secret}\r\ncontent-type: application/json\r\n"
            writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), answer
            length = next(
                int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")
            )
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(sender(bodies[i::SENDERS]) for i in range(SENDERS)))


class _recording:  # noqa: N801 - reads as what it does
    """Keep every statement of the units of work with its arguments, in order."""

    def __init__(self, sent: list[Sent]) -> None:
        self._sent = sent

    def __enter__(self) -> None:
        kind = unit_of_work.UnitOfWork
        self._fetch, self._execute, self._begin, self._end = kind.fetch, kind.execute, kind._begin, kind._end  # noqa: SLF001
        sent, fetch, execute, begin, end = self._sent, self._fetch, self._execute, self._begin, self._end

        async def recorded_fetch(work: Any, text: str, *args: object) -> Any:
            result = await fetch(work, text, *args)
            work.kept.append((text, args))
            return result

        async def recorded_execute(work: Any, text: str, *args: object) -> Any:
            result = await execute(work, text, *args)
            work.kept.append((text, args))
            return result

        async def recorded_begin(work: Any) -> Any:
            connection = await begin(work)
            work.kept = [(work.scope.begin(), ())]
            return connection

        async def recorded_end(work: Any, verb: str) -> None:
            await end(work, verb)
            sent.extend([*work.kept, (verb, ())])  # unit by unit, in the order in which they ended

        kind.fetch, kind.execute, kind._begin, kind._end = (
            recorded_fetch,
            recorded_execute,
            recorded_begin,
            recorded_end,
        )  # type: ignore[method-assign] # noqa: SLF001

    def __exit__(self, *_: object) -> None:
        kind = unit_of_work.UnitOfWork
        kind.fetch, kind.execute, kind._begin, kind._end = self._fetch, self._execute, self._begin, self._end  # type: ignore[method-assign] # noqa: SLF001


async def bare(dsn: str, sent: list[Sent]) -> float:
    """Send the same statements in the same transactions, one after the other; return CPU seconds."""
    connection = await asyncpg.connect(dsn)
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_encode, decoder=_decode, format="binary")
    began = time.process_time()
    for text, args in sent:
        await (connection.fetch(text, *args) if args else connection.execute(text))
    elapsed = time.process_time() - began
    await connection.close()
    return elapsed


def _encode(value: object) -> bytes:
    return b"\x01" + msgspec.json.encode(value)


def _decode(value: bytes) -> Any:
    return msgspec.json.decode(value[1:])


async def check(dsn: str) -> None:
    owner = await asyncpg.connect(dsn)
    rows = await owner.fetchrow(
        "SELECT count(*) AS n, count(DISTINCT provider_call_id) AS calls, count(*) FILTER (WHERE status = 'completed') AS done,"
        " sum(cost_micros) AS cost, sum(duration_seconds) AS seconds FROM app.conversations"
    )
    usage = await owner.fetchrow(
        "SELECT sum(calls) AS calls, sum(cost_micros) AS cost, sum(seconds) AS seconds FROM app.usage_daily"
    )
    waiting = await owner.fetchval("SELECT count(*) FROM app.provider_inbox WHERE status <> 'done'")
    await owner.close()
    assert rows is not None
    assert usage is not None
    assert (rows["n"], rows["calls"], rows["done"], waiting) == (CALLS, CALLS, CALLS, 0), (dict(rows), waiting)
    assert (usage["calls"], usage["cost"], usage["seconds"]) == (CALLS, rows["cost"], rows["seconds"]), dict(usage)


async def copy_database(dsn: str) -> None:
    admin = await asyncpg.connect(dsn.replace("/bench?", "/postgres?"))
    await admin.execute("CREATE DATABASE bare TEMPLATE bench")
    await admin.close()


def main() -> None:
    os.sched_setaffinity(0, {0, 1})
    with ground() as settings:
        connection = asyncio.run(prepare(settings))
        asyncio.run(copy_database(dsns_of(settings).admin))
        bodies, sent = deliveries(), []
        wall, cpu = asyncio.run(ours(settings, connection, bodies, sent))
        asyncio.run(check(dsns_of(settings).owner))
        theirs = asyncio.run(bare(dsns_of(settings).user.replace("/bench?", "/bare?"), sent))
        print(
            f"ingest: {len(bodies):,} deliveries ({CALLS:,} calls, {DUPLICATES:,} duplicates) became {CALLS:,} conversations, "
            f"figures exact; "
            f"{len(bodies) / cpu:.0f} events/s per core "
            f"({len(bodies) / wall:.0f}/s in all, queue and HTTP included), "
            f"{len(sent) / len(bodies):.1f} statements an event; "
            f"the same statements by a bare client: {len(bodies) / theirs:.0f} events/s; "
            f"ratio {cpu / theirs:.2f}"
        )


if __name__ == "__main__":
    main()
