"""`inspralv up`: the database, the web server, the worker and the provider sandbox under one roof."""

import contextlib
import http.client
import os
import signal
import time
from collections.abc import Iterator, Sequence

from inspralv.commands.children import Child
from inspralv.commands.database import migrate_database, private_server, with_address
from inspralv.commands.preflight import settings_for_start
from inspralv.commands.screen import console, show_welcome
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.settings import Settings

_SECONDS_TO_HEALTH = 60.0
_COLOURS = {"web": "cyan", "worker": "magenta", "sandbox": "yellow"}


class PartEnded(Exception):
    """A part of the running whole ended by itself."""


def run_everything() -> None:
    """Runs until Ctrl-C or SIGTERM. Raises SettingsFault, EmbeddedFault, PartEnded."""
    began = time.monotonic()
    settings = settings_for_start(os.environ, needs_ports=True)
    with _signals_as_interrupt(), contextlib.suppress(KeyboardInterrupt), contextlib.ExitStack() as stack:
        stack.callback(_say_goodbye)
        server = stack.enter_context(private_server(settings))
        settings = with_address(settings, server)
        children = [
            stack.enter_context(child) for child in _start_sandbox(settings)
        ]  # wants no database: starts meanwhile
        _prepare(settings)
        children += [stack.enter_context(child) for child in _start_product(settings)]
        stack.callback(_ignore_signals)  # runs first: a second Ctrl-C must not cut the orderly end short
        _wait_until_healthy(settings, children, server)
        show_welcome(settings, time.monotonic() - began)
        while True:
            _refuse_ended(children, server)
            time.sleep(0.2)


def _prepare(settings: Settings) -> None:
    with console.status("Bringing the database up to date …"):
        migrate_database(settings)
    if settings.mode == "demo":
        from inspralv.demo.presence import is_demo_there

        if not is_demo_there(settings):
            from inspralv.demo.fill import fill_demo

            with console.status("Filling the demo …"):
                fill_demo(settings)


def _start_sandbox(settings: Settings) -> Iterator[Child]:
    if not settings.is_production:
        yield Child("sandbox", "sandbox", os.environ, console, _COLOURS["sandbox"])


def _start_product(settings: Settings) -> Iterator[Child]:
    """The children in the order of starting; they are stopped in the opposite order, the web server first."""
    environ = {**os.environ, "DATABASE_URL": settings.database.url}
    yield Child("worker", "worker", environ, console, _COLOURS["worker"])
    yield Child("web", "serve", environ, console, _COLOURS["web"])


def _wait_until_healthy(settings: Settings, children: Sequence[Child], server: EmbeddedServer | None) -> None:
    deadline = time.monotonic() + _SECONDS_TO_HEALTH
    answer = "nothing"
    while time.monotonic() < deadline:
        _refuse_ended(children, server)
        answer = _ask_health(settings)
        if answer == "200":
            return
        time.sleep(0.05)
    raise PartEnded(f"The web server did not become healthy within {_SECONDS_TO_HEALTH:.0f} s; it answered {answer}.")


def _ask_health(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.web.host, settings.web.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.web.port, timeout=5)
    try:
        connection.request("GET", "/api/health", headers={"Host": f"{settings.web.platform_host}:{settings.web.port}"})
        return str(connection.getresponse().status)
    except OSError as error:
        return str(error)
    finally:
        connection.close()


def _refuse_ended(children: Sequence[Child], server: EmbeddedServer | None) -> None:
    for child in children:
        if child.exit_code is not None:
            raise PartEnded(
                f"The {child.name} process ended by itself (exit code {child.exit_code}); see its lines above."
            )
    if server is not None and server.exit_code is not None:
        raise PartEnded(f"PostgreSQL ended by itself (exit code {server.exit_code}).")


@contextlib.contextmanager
def _signals_as_interrupt() -> Iterator[None]:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    console.print("Stopping …")


def _say_goodbye() -> None:
    console.print("Everything is stopped.")
