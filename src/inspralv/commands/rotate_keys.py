"""`inspralv rotate-keys`: brings every sealed value under the newest master key, while the product runs.

Only the wrapping of each value's own data key changes, never the value. A row is written only if nobody has changed it
meanwhile, and what is done stays done: the command can be stopped and started again at any time.
"""

import asyncio
from collections.abc import Iterable
from uuid import UUID

import asyncpg
import msgspec
from rich.table import Table

from inspralv.assembly import SLICES, dsns_of
from inspralv.commands.screen import console
from inspralv.foundation.secrets import CannotOpen, Place, SealedColumn, Sealer
from inspralv.settings import Settings

_BATCH = 200
_START = UUID(int=0)
_PICK = """
SELECT partner_id, {row} AS row, {column} AS sealed FROM app.{table}
 WHERE {column} IS NOT NULL AND get_byte({column}, 0) * 256 + get_byte({column}, 1) <> $1 AND (partner_id, {row}) > ($2, $3)
 ORDER BY partner_id, {row} LIMIT {batch}
"""
_WRITE = "UPDATE app.{table} SET {column} = $3 WHERE partner_id = $1 AND {row} = $2 AND {column} = $4"


class Tally(msgspec.Struct):
    """What became of one column: brought over, changed by somebody else meanwhile, not to be opened."""

    column: SealedColumn
    moved: int = 0
    overtaken: int = 0
    closed: int = 0


def sealed_columns() -> list[SealedColumn]:
    """Return every column of the product that holds sealed values, as the slices declare them."""
    return [column for one in SLICES for column in one.sealed]


def rotate_keys(settings: Settings) -> bool:
    """Rewrap everything and print what was done. False when something could not be opened."""
    sealer = Sealer(settings.secrets.master_keys)
    tallies = asyncio.run(_rotate(dsns_of(settings).owner, sealer, sealed_columns()))
    table = Table("Column", "Brought over", "Changed meanwhile", "Cannot be opened", box=None)
    for one in tallies:
        closed = f"[red]{one.closed:,}[/]" if one.closed else "0"
        table.add_row(f"{one.column.table}.{one.column.column}", f"{one.moved:,}", f"{one.overtaken:,}", closed)
    console.print(table)
    if any(one.closed for one in tallies):
        console.print(
            "[red]Some values need a master key that is not configured, or are damaged.[/] Keep the old keys."
        )
        return False
    console.print(f"Everything is sealed with master key {sealer.current}. Older ones can be taken out.")
    return True


async def rewrap_column(connection: asyncpg.Connection, sealer: Sealer, column: SealedColumn) -> Tally:
    """Bring one column under the newest master key, batch by batch."""
    named = {"table": column.table, "column": column.column, "row": column.row, "batch": _BATCH}
    pick, write = _PICK.format(**named), _WRITE.format(**named)
    tally, last = Tally(column), (_START, _START)
    while rows := await connection.fetch(pick, sealer.current, *last):
        for row in rows:
            place = Place(row["partner_id"], column.table, row["row"], column.column)
            try:
                fresh = sealer.rewrap(row["sealed"], place)
            except CannotOpen:
                tally.closed += 1
                continue
            done = await connection.execute(write, row["partner_id"], row["row"], fresh, row["sealed"])
            if done == "UPDATE 1":
                tally.moved += 1
            else:
                tally.overtaken += 1
        last = rows[-1]["partner_id"], rows[-1]["row"]
    return tally


async def _rotate(dsn: str, sealer: Sealer, columns: Iterable[SealedColumn]) -> list[Tally]:
    connection = await asyncpg.connect(dsn)
    try:
        return [await rewrap_column(connection, sealer, column) for column in columns]
    finally:
        await connection.close()
