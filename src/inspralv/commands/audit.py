"""`inspralv audit`: proves that the event log of every partner is as it was written."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import msgspec
from rich.table import Column, Table

from inspralv.assembly import open_services
from inspralv.audit.actions import verify_chain
from inspralv.audit.policy import START
from inspralv.audit.queries import find_head
from inspralv.audit.schemas import Head, Verdict
from inspralv.commands.screen import console
from inspralv.foundation.context import Actor, Context
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.settings import Settings


class KeptHead(msgspec.Struct, frozen=True):
    """A head as it is kept outside the database; `hash` is hexadecimal."""

    partner_id: UUID
    seq: int
    hash: str


def print_heads(settings: Settings) -> None:
    """Print the head of every partner's chain, one JSON object a line, for keeping elsewhere."""
    for partner_id, head in asyncio.run(_each_partner(settings, find_head)).items():
        click.echo(msgspec.json.encode(KeptHead(partner_id, head.seq, head.hash.hex())).decode())


def verify_audit(settings: Settings, kept: Path | None) -> bool:
    """Check every partner's chain, against heads kept earlier if there are any; return whether all are in order."""
    heads = read_heads(kept) if kept else {}
    verdicts = asyncio.run(_each_partner(settings, lambda ctx: verify_chain(ctx, heads.get(ctx.partner_id, START))))
    table = Table(Column("Partner", min_width=36), "Entries sealed", "Verdict", box=None)
    for partner_id, verdict in verdicts.items():
        table.add_row(str(partner_id), f"{verdict.head.seq:,}", _words(verdict))
    for partner_id in heads.keys() - verdicts.keys():
        table.add_row(str(partner_id), "", "[yellow]no such partner[/]: deleted or erased")
    console.print(table)
    return all(verdict.ok for verdict in verdicts.values())


def read_heads(path: Path) -> dict[UUID, Head]:
    """Read what `print_heads` printed. Raises msgspec.DecodeError."""
    lines = [line for line in path.read_text().splitlines() if line.strip()]
    kept = [msgspec.json.decode(line, type=KeptHead) for line in lines]
    return {head.partner_id: Head(head.seq, bytes.fromhex(head.hash)) for head in kept}


def _words(verdict: Verdict) -> str:
    if verdict.ok:
        return "[green]in order[/]"
    return "\n".join(f"[red]{fault.kind}[/] at {fault.seq}: {fault.detail}" for fault in verdict.faults)


async def _each_partner(settings: Settings, look: Callable[[Context], Coroutine[Any, Any, Any]]) -> dict[UUID, Any]:
    async with open_services(settings, listen=False) as services:
        ids = [row[0] for row in await services.pool.fetch("SELECT app.list_partner_ids()")]
        found = {}
        for partner_id in ids:
            envelope = Envelope(partner_id=partner_id, actor=Actor("system"), args={})
            async with Job(services, envelope, 1).partner() as ctx:
                found[partner_id] = await look(ctx)
        return found
