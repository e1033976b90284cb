"""The shell as a slice."""

from __future__ import annotations

from inspralv.foundation.slice import Slice
from inspralv.shell.health import read_health
from inspralv.shell.live import stream_events

SLICE = Slice(name="shell", routes=(read_health, stream_events))
