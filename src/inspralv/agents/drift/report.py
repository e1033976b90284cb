"""What is known of an agent at its provider, put side by side. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from inspralv.agents.drift.adopting import is_adoptable
from inspralv.agents.drift.schemas import AtProvider, DriftField, DriftReport
from inspralv.agents.history.fields import label_of, place_of

_PATIENCE = timedelta(minutes=2)
"""A check that was asked for longer ago got lost."""


def report_of(found: AtProvider, label: str, now: datetime) -> DriftReport:
    """Return every field that differs anywhere. `label` names the provider."""
    remote, agent = found.remote, found.agent
    here = remote.here if remote.here_version == agent.version else None
    return DriftReport(
        state=remote.state, provider=label, checked_at=remote.checked_at, trouble=remote.trouble,
        checking=remote.asked_at is not None and now - remote.asked_at < _PATIENCE,
        version=agent.version, sent_version=remote.pushed_version, fields=_fields(found, here),
    )  # fmt: skip


def _fields(found: AtProvider, here: dict[str, object] | None) -> list[DriftField]:
    remote = found.remote
    here = remote.pushed if here is None else here
    there = remote.there or {}
    changed_here = {name for name in {**here, **remote.pushed} if here.get(name) != remote.pushed.get(name)}
    names = sorted({*remote.fields, *changed_here}, key=place_of)
    return [
        DriftField(
            field=name, label=label_of(name), here=here.get(name), last_sent=remote.pushed.get(name),
            at_provider=there.get(name), changed_here=name in changed_here, changed_there=name in remote.fields,
            adoptable=name in remote.fields and is_adoptable(name),
        )
        for name in names
    ]  # fmt: skip
