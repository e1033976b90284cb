"""`inspralv rotate-keys`: brings every sealed value under the newest master key, while the product runs.

It can be stopped and started again at any time.
"""

import asyncio

from rich.table import Table

from inspralv.assembly import SLICES, dsns_of
from inspralv.commands.screen import console
from inspralv.foundation.db.resealing import rewrap_columns
from inspralv.foundation.secrets import SealedColumn, Sealer
from inspralv.settings import Settings


def sealed_columns() -> list[SealedColumn]:
    """Return every column of the product that holds sealed values, as the slices declare them."""
    return [column for one in SLICES for column in one.sealed]


def rotate_keys(settings: Settings) -> bool:
    """Rewrap everything and print what was done. False when something could not be opened."""
    sealer = Sealer(settings.secrets.master_keys)
    tallies = asyncio.run(rewrap_columns(dsns_of(settings).owner, sealer, sealed_columns()))
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
