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
_kept: set[int] = set()


def free_port(row: int = 1, *, keep: bool = False) -> int:
    """A port nobody listens on; with `row`, the first of so many next to each other. One that is named long before
    somebody listens on it is to be kept: it is given to nobody else."""
    while True:
        port = _FIRST + _process * _EACH + next(_turns) * 4 % (_EACH - row)
        ports = range(port, port + row)
        if _kept.isdisjoint(ports) and all(map(_is_free, ports)):
            _kept.update(ports if keep else ())
            return port


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
