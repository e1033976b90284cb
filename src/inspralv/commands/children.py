"""The processes below `inspralv up`: their lines are shown with a name in front, and they end with their parent."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Self

from rich.console import Console
from rich.text import Text

_SECONDS_TO_END = 15.0
_WIDTH = len("sandbox")


class Child:
    """`inspralv COMMAND` in a process of its own."""

    def __init__(self, name: str, command: str, environ: Mapping[str, str], console: Console, colour: str) -> None:
        self.name = name
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "inspralv.cli", command, "--with-parent"],
            env={**environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,  # closes when this process ends, however it ends; see end_with_parent
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the parent, which stops its children in order
        )
        self._printer = threading.Thread(target=self._show_lines, args=(console, colour), daemon=True)
        self._printer.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Asks it to end what it is doing; after a while, insists. Whatever it started goes with it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._printer.join(timeout=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _show_lines(self, console: Console, colour: str) -> None:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        for line in self._process.stdout:
            text = line.decode(errors="replace").rstrip()
            console.print(Text(f"{self.name:<{_WIDTH}} │ ", style=colour) + Text.from_ansi(text), soft_wrap=True)


def end_with_parent() -> None:
    """Makes this process stop as soon as its parent is gone: standard input then ends."""

    def wait_for_the_end() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_the_end, name="end-with-parent", daemon=True).start()
