"""A job: read, talk, write – two short contexts with the network between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

import msgspec

from inspralv.foundation.context import Actor, Context, Origin, committing
from inspralv.foundation.db.unit_of_work import Scope

if TYPE_CHECKING:
    from inspralv.foundation.services import Services

A = TypeVar("A", bound=msgspec.Struct)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a job: tenant, original actor and ids. Never a secret, never a body."""

    partner_id: UUID
    workspace_id: UUID | None = None
    actor: Actor
    request_id: str = ""
    args: dict[str, Any]


class Deferred(msgspec.Struct, frozen=True, kw_only=True):
    """A job about to be added. Jobs with the same `lock` run one after the other; of a partner's jobs with
    the same `queueing_lock` only one waits at a time."""

    task: str
    queue: str
    args: dict[str, Any]
    workspace_id: UUID | None = None
    lock: str | None = None
    queueing_lock: str | None = None
    at: datetime | None = None


class Job:
    """One run of a task: the door to contexts of its own tenant. `attempt` counts from 1."""

    def __init__(self, services: Services, envelope: Envelope, attempt: int) -> None:
        self.services = services
        self.partner_id = envelope.partner_id
        self.workspace_id = envelope.workspace_id
        self.attempt = attempt
        self._actor = envelope.actor
        self._origin = Origin(request_id=envelope.request_id)

    def inside(self, workspace_id: UUID) -> Job:
        """Return this run as one of a workspace: a job of the whole partner writes in one workspace after another."""
        envelope = Envelope(
            partner_id=self.partner_id, workspace_id=workspace_id, actor=self._actor,
            request_id=self._origin.request_id, args={},
        )  # fmt: skip
        return Job(self.services, envelope, self.attempt)

    @asynccontextmanager
    async def workspace(self) -> AsyncIterator[Context]:
        """Open a unit of work inside the job's workspace; it commits at the end of the block."""
        if self.workspace_id is None:
            raise LookupError("this job has no workspace")
        async with self._open(Scope(self.partner_id, self.workspace_id)) as ctx:
            yield ctx

    @asynccontextmanager
    async def partner(self) -> AsyncIterator[Context]:
        """Open a unit of work that sees the whole partner; it commits at the end of the block."""
        async with self._open(Scope(self.partner_id, self.workspace_id, wide=True)) as ctx:
            yield ctx

    @asynccontextmanager
    async def _open(self, scope: Scope) -> AsyncIterator[Context]:
        async with committing(Context(self.services, scope, self._actor, self._origin)) as ctx:
            yield ctx


Handler = Callable[[Job, A], Awaitable[None]]


@dataclass(frozen=True)
class Task(Generic[A]):
    """A named kind of job. `attempts` bounds the retries; `give_up` runs once when the last one failed.

    For a partner that was deleted a job waits as long as its attempts last, then ends without having run. One that
    `outlives` its partner runs all the same: it keeps books, or takes away what nobody wants any more.
    """

    name: str
    args: type[A]
    handler: Handler[A]
    queue: str = "default"
    attempts: int = 10
    give_up: Callable[[Job, A, Exception], Awaitable[None]] | None = None
    outlives: bool = False

    def __call__(
        self,
        args: A,
        *,
        workspace_id: UUID | None = None,
        lock: str | None = None,
        queueing_lock: str | None = None,
        at: datetime | None = None,
    ) -> Deferred:
        """Return the job, ready for `ctx.defer(…)`. It runs in the context's workspace unless another is named."""
        return Deferred(
            task=self.name,
            queue=self.queue,
            args=msgspec.to_builtins(args),
            workspace_id=workspace_id,
            lock=lock,
            queueing_lock=queueing_lock,
            at=at,
        )
