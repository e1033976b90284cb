"""What happens to limits."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class WorkspaceLimitsChanged(Event, frozen=True, kw_only=True):
    """A workspace may hold more or less from now on; `old` and `new` hold figures, null where the organisation's hold."""

    action: ClassVar[str] = "workspace.limits_changed"
    entity: ClassVar[str] = "workspace"
