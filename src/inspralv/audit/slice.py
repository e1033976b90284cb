"""Audit as a slice."""

from __future__ import annotations

from inspralv.audit.tasks import EVERY_MINUTE, SEAL
from inspralv.foundation.slice import Slice

SLICE = Slice(name="audit", tasks=(SEAL,), schedules=(EVERY_MINUTE,))
