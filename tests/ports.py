"""Ports for what tests start: below those that the system hands out, which an outgoing connection may take meanwhile."""

from __future__ import annotations

import itertools
import os
import secrets
import socket
from contextlib import suppress

_FIRST, _EACH = 20_000, 1_500  # ports, and how many a process of the test run has for itself
_process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
_turns = itertools.count(secrets.randbelow(_EACH))


def free_port(row: int = 1) -> int:
    """A port nobody listens on; with `row`, the first of so many next to each other."""
    while True:
        port = _FIRST + _process * _EACH + next(_turns) * 4 % (_EACH - row)
        if all(_is_free(port + n) for n in range(row)):
            return port


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
