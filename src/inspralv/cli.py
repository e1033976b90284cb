"""The command line. Commands import what they need when they run, so that each starts fast."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

P = ParamSpec("P")

SHORTEST_STAFF_PASSWORD = 12

with_parent = click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input ends.")


def _plainly(command: Callable[P, None]) -> Callable[P, None]:
    """Turns the faults that a person can mend into one message and exit code 2 (or 1 when something broke later)."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from inspralv.commands.screen import show_faults
        from inspralv.foundation.db.embedded_faults import EmbeddedFault
        from inspralv.settings import SettingsFault

        try:
            command(*args, **kwargs)
        except SettingsFault as fault:
            show_faults(fault.faults)
            sys.exit(2)
        except EmbeddedFault as fault:
            show_faults([str(fault)])
            sys.exit(2)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="inspralv")
def main() -> None:
    """Inspralv: a white-label platform for AI voice agents."""


@main.command()
@_plainly
def up() -> None:
    """Run everything: database, web server, worker, and the provider sandbox."""
    from inspralv.commands.screen import errors
    from inspralv.commands.up import PartEnded, run_everything

    try:
        run_everything()
    except PartEnded as fault:
        errors.print(f"[bold red]Stopped:[/] {fault}")
        sys.exit(1)


@main.command()
@with_parent
@_plainly
def serve(*, with_parent: bool) -> None:
    """Run the web server."""
    from inspralv.commands.children import end_with_parent
    from inspralv.commands.database import running_database
    from inspralv.commands.serve import serve_web
    from inspralv.settings import load_settings

    if with_parent:
        end_with_parent()
    with running_database(load_settings(os.environ)) as settings:
        os.environ["DATABASE_URL"] = settings.database.url  # the server's processes read the settings themselves
        serve_web(settings)


@main.command()
@with_parent
@_plainly
def worker(*, with_parent: bool) -> None:
    """Run the worker: jobs and schedules."""
    from inspralv.commands.children import end_with_parent
    from inspralv.commands.database import running_database
    from inspralv.settings import load_settings
    from inspralv.worker import run

    if with_parent:
        end_with_parent()
    with running_database(load_settings(os.environ)) as settings:
        run(settings)


@main.command()
@with_parent
@_plainly
def sandbox(*, with_parent: bool) -> None:
    """Run the provider sandbox, which stands in for the voice providers."""
    from inspralv.commands.children import end_with_parent
    from inspralv.commands.preflight import SANDBOX_HOST
    from inspralv.sandbox.app import serve as serve_sandbox
    from inspralv.settings import load_settings

    if with_parent:
        end_with_parent()
    settings = load_settings(os.environ)
    serve_sandbox(settings, SANDBOX_HOST, settings.providers.sandbox_port)


@main.command()
@_plainly
def migrate() -> None:
    """Bring the database up to date."""
    from inspralv.commands.database import migrate_database, running_database
    from inspralv.commands.preflight import settings_for_start
    from inspralv.commands.screen import console

    with running_database(settings_for_start(os.environ, needs_ports=False)) as settings:
        migrate_database(settings)
    console.print("The database is up to date.")


@main.command()
@_plainly
def demo() -> None:
    """Fill the database with the invented customers of demo mode."""
    from inspralv.commands.database import migrate_database, running_database
    from inspralv.commands.preflight import settings_for_start
    from inspralv.commands.screen import console
    from inspralv.settings import SettingsFault

    checked = settings_for_start(os.environ, needs_ports=False)
    if checked.mode != "demo":
        raise SettingsFault([f"INSPRALV_MODE is {checked.mode}; the demo is for demo mode only."])
    from inspralv.demo.fill import fill_demo

    with running_database(checked) as settings:
        migrate_database(settings)
        fill_demo(settings)
    console.print("The demo is filled.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def routes(*, as_json: bool) -> None:
    """List every route with its access, permission and handler."""
    from inspralv.commands.routes import print_routes

    print_routes(as_json=as_json)


@main.command()
@_plainly
def check() -> None:
    """Check settings, database and start-up laws without starting anything."""
    from inspralv.commands.check import check_installation

    check_installation()


@main.command("rotate-keys")
@_plainly
def rotate_keys() -> None:
    """Seal everything with the newest master key; exit code 1 when something could not be opened."""
    from inspralv.commands.database import running_database
    from inspralv.commands.rotate_keys import rotate_keys as rewrap
    from inspralv.settings import load_settings

    with running_database(load_settings(os.environ)) as settings:
        if not rewrap(settings):
            sys.exit(1)


@main.group()
def audit() -> None:
    """Prove that the event log is as it was written."""


@audit.command("verify")
@click.option(
    "--heads", type=click.Path(exists=True, dir_okay=False), help="Heads kept earlier, as `audit heads` printed them."
)
@_plainly
def audit_verify(*, heads: str | None) -> None:
    """Check every partner's chain; exit code 1 when something was edited, deleted, put in later or cut off."""
    from pathlib import Path

    from inspralv.commands.audit import verify_audit
    from inspralv.commands.database import running_database
    from inspralv.settings import load_settings

    with running_database(load_settings(os.environ)) as settings:
        if not verify_audit(settings, Path(heads) if heads else None):
            sys.exit(1)


@audit.command("heads")
@_plainly
def audit_heads() -> None:
    """Print the end of every partner's chain, to be kept outside the database."""
    from inspralv.commands.audit import print_heads
    from inspralv.commands.database import running_database
    from inspralv.settings import load_settings

    with running_database(load_settings(os.environ)) as settings:
        print_heads(settings)


@main.group()
def admin() -> None:
    """Look after the platform's staff."""


@admin.command("add")
@click.argument("email")
@click.option("--name", default="", help="First and last name.")
@click.password_option(help="At least 12 characters; asked for when it is not given.")
@_plainly
def admin_add(*, email: str, name: str, password: str) -> None:
    """Add a member of staff, who signs in at /super-admin on the platform's host."""
    from inspralv.commands.admin import create_staff
    from inspralv.commands.database import running_database
    from inspralv.commands.screen import console
    from inspralv.foundation.errors import Conflict
    from inspralv.settings import load_settings

    if len(password) < SHORTEST_STAFF_PASSWORD:
        raise click.BadParameter(f"use at least {SHORTEST_STAFF_PASSWORD} characters", param_hint="--password")
    with running_database(load_settings(os.environ)) as settings:
        try:
            create_staff(settings, email, name, password)
        except Conflict as fault:
            raise click.ClickException(fault.detail) from None
    console.print(f"{email} can sign in at /super-admin.")


@admin.command("reset-two-factor")
@click.argument("email")
@_plainly
def admin_reset_two_factor(*, email: str) -> None:
    """Let a member of staff who lost the phone set up another second factor; their sessions end."""
    from inspralv.commands.admin import forget_second_factor
    from inspralv.commands.database import running_database
    from inspralv.commands.screen import console
    from inspralv.foundation.errors import NotFound
    from inspralv.settings import load_settings

    with running_database(load_settings(os.environ)) as settings:
        try:
            had = forget_second_factor(settings, email)
        except NotFound as fault:
            raise click.ClickException(fault.detail) from None
    console.print(f"{email} sets up a second factor at the next sign-in." if had else f"{email} had none.")


if __name__ == "__main__":
    main()
