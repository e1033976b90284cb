"""`inspralv routes`: the route table, for people and for programs."""

import click
import msgspec
from rich.table import Table

from inspralv.assembly import list_routes
from inspralv.commands.screen import console


def print_routes(*, as_json: bool) -> None:
    """Prints method, path, access kind, permission and handler of every route."""
    rows = list_routes()
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2))
        return
    table = Table("Method", "Path", "Access", "Permission", "Handler", box=None)
    for row in rows:
        table.add_row(row.method, row.path, row.access, row.permission or "", row.handler)
    console.print(table)
