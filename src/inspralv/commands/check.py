"""`inspralv check`: says whether this installation is in order."""

import os

from inspralv.assembly import list_routes
from inspralv.commands.preflight import settings_for_start
from inspralv.commands.screen import console


def check_installation() -> None:
    """Says what was checked. Raises SettingsFault with every fault."""
    settings = settings_for_start(os.environ, needs_ports=False)
    database = "the one named by DATABASE_URL" if settings.database.url else f"private, below {settings.data_dir}"
    console.print(f"Mode {settings.mode}; database {database}; {len(list_routes())} routes, each with its access.")
    console.print("[green]Everything is in order.[/]")
