"""Bringing sealed columns under the newest master key, while others read and write them.

Only the wrapping of each value's own data key changes, never the value. A row is written only if nobody has changed it
meanwhile, and what is done stays done.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import asyncpg
import msgspec

from inspralv.foundation.secrets import CannotOpen, Place, SealedColumn, Sealer

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


async def rewrap_columns(dsn: str, sealer: Sealer, columns: Iterable[SealedColumn]) -> list[Tally]:
    """Bring columns under the newest master key. `dsn` is of a role that sees every partner's rows."""
    connection = await asyncpg.connect(dsn)
    try:
        return [await rewrap_column(connection, sealer, column) for column in columns]
    finally:
        await connection.close()


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
