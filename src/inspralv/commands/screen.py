"""What the commands say to the person at the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from inspralv.settings import Settings

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def show_faults(faults: Sequence[str]) -> None:
    """One message with every fault."""
    title = "One thing is wrong" if len(faults) == 1 else f"{len(faults)} things are wrong"
    errors.print(f"[bold red]{title}, so nothing was started:[/]")
    for fault in faults:
        errors.print(f"  • {escape(fault)}", soft_wrap=True)


def show_welcome(settings: Settings, seconds: float) -> None:
    """Addresses and, in demo mode, sign-ins."""
    table = Table.grid(padding=(0, 2))
    table.add_row("[bold]Platform[/]", address(settings, settings.web.platform_host))
    table.add_row("[bold]API reference[/]", address(settings, settings.web.platform_host) + "/docs")
    if settings.mode == "demo":
        _add_sign_ins(table, settings)
    console.print(
        Panel(table, title=f"Inspralv is ready ({seconds:.1f} s)", subtitle="Ctrl-C stops it", border_style="green")
    )


def _add_sign_ins(table: Table, settings: Settings) -> None:
    from inspralv.demo.sign_ins import PASSWORD, SIGN_INS

    table.add_row("[bold]Sandbox[/]", f"http://localhost:{settings.providers.sandbox_port}")
    table.add_row("", "")
    for sign_in in SIGN_INS:
        host = sign_in.host or settings.web.platform_host
        table.add_row(f"{sign_in.email}", f"{sign_in.role}, on {address(settings, host)}")
    table.add_row("", f"password of all: [bold]{PASSWORD}[/]")


def address(settings: Settings, host: str) -> str:
    """The address of a host of this installation in the browser."""
    is_usual = (settings.web.public_scheme, settings.web.port) in {("http", 80), ("https", 443)}
    behind_proxy = settings.is_production
    return f"{settings.web.public_scheme}://{host}" + ("" if is_usual or behind_proxy else f":{settings.web.port}")
