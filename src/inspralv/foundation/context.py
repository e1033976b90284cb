"""The context: what a handler or job is given, and the only way to the database.

An access yields it, already bound to partner, workspace and actor. It collects what happened and writes it, with the
jobs and notifications that follow, in the same transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from uuid import UUID

import msgspec

from inspralv.foundation.db.rows import to_struct, to_structs
from inspralv.foundation.db.statements import compile_statement, require_partner
from inspralv.foundation.db.unit_of_work import Scope, UnitOfWork
from inspralv.foundation.events.log import write_events
from inspralv.foundation.jobs.queue import write_jobs

if TYPE_CHECKING:
    import asyncpg

    from inspralv.foundation.events.event import Event
    from inspralv.foundation.jobs.job import Deferred
    from inspralv.foundation.services import Services

T = TypeVar("T")

ActorKind = Literal["user", "system", "provider", "staff", "anonymous"]


class Actor(msgspec.Struct, frozen=True):
    """Who acts. `acting_as` names the role when the right is derived, for instance a partner admin in a workspace."""

    kind: ActorKind
    id: UUID | None = None
    acting_as: str | None = None


class Origin(msgspec.Struct, frozen=True):
    """Where a request came from."""

    request_id: str = ""
    ip: str | None = None
    user_agent: str | None = None
    host: str = ""


class Context:
    """A partner, perhaps a workspace, an actor, and one unit of work."""

    def __init__(self, services: Services, scope: Scope, actor: Actor, origin: Origin) -> None:
        self.services = services
        self.scope = scope
        self.actor = actor
        self.origin = origin
        self.now: datetime = services.clock()
        self._work = UnitOfWork(services.pool, scope)
        self._events: list[Event] = []
        self._jobs: list[Deferred] = []
        self._notices: dict[str, None] = {}

    @property
    def partner_id(self) -> UUID:
        return self.scope.partner_id

    @property
    def workspace_id(self) -> UUID | None:
        return self.scope.workspace_id

    # ── reading and writing rows ──
    async def fetch_all(self, kind: type[T], sql: str, *args: object) -> list[T]:
        """Return every row as a struct."""
        return to_structs(kind, await self.records(sql, *args))

    async def fetch_one(self, kind: type[T], sql: str, *args: object) -> T | None:
        """Return the first row as a struct, or None."""
        records = await self.records(sql, *args)
        return to_struct(kind, records[0]) if records else None

    async def fetch_value(self, sql: str, *args: object) -> Any:
        """Return the first column of the first row, or None."""
        records = await self.records(sql, *args)
        return records[0][0] if records else None

    async def records(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """Return the driver's rows. The statement names the partner, or it is refused (Unfenced)."""
        statement = compile_statement(sql)
        require_partner(statement, sql)
        return await self._work.fetch(statement.text, *args, *self._bind(statement.names))

    async def execute(self, sql: str, *args: object) -> int:
        """Run a statement; return the number of rows touched. It names the partner, or it is refused (Unfenced)."""
        statement = compile_statement(sql)
        require_partner(statement, sql)
        return await self._work.execute(statement.text, *args, *self._bind(statement.names))

    async def directory(self, sql: str, *args: object) -> list[asyncpg.Record]:
        """Read a directory table or call a reviewed function: the few things that have no partner to name."""
        statement = compile_statement(sql)
        return await self._work.fetch(statement.text, *args, *self._bind(statement.names))

    def _bind(self, names: tuple[str, ...]) -> tuple[object, ...]:
        return tuple(self._value(name) for name in names)

    def _value(self, name: str) -> object:
        if name == "partner":
            return self.scope.partner_id
        if name == "now":
            return self.now
        if self.scope.workspace_id is None:
            raise LookupError("this context has no workspace")
        return self.scope.workspace_id

    # ── what happened, and what follows ──
    def record(self, event: Event) -> None:
        """Say once what happened: it becomes an audit row and sets off its reactions, in this transaction."""
        self._events.append(event)
        for react in self.services.reactions.of(type(event)):
            react(self, event)

    def defer(self, job: Deferred) -> None:
        """Add a job to this transaction."""
        self._jobs.append(job)

    def notify(self, channel: str, *parts: object) -> None:
        """Wake the listeners of a channel when, and only when, this transaction commits."""
        self._notices[f"{channel}:{':'.join(str(p) for p in parts)}"] = None

    def publish(self, topic: str, subject: UUID | str = "") -> None:
        """Tell the live views of this workspace that something of `topic` changed."""
        self.notify("live", self.scope.partner_id, self.scope.workspace_id or "", topic, subject)

    async def commit(self) -> None:
        """Write events, jobs and notifications, then commit. Called at the edge only."""
        await self.write()
        await self._work.commit()

    async def write(self) -> None:
        """Write events, jobs and notifications into the transaction, which goes on."""
        if self._events:
            await write_events(self, self._events)
        if self._jobs:
            await write_jobs(self, self._jobs)
        if self._notices:
            payloads = [key.split(":", 1)[1] for key in self._notices]
            channels = [key.split(":", 1)[0] for key in self._notices]
            await self.directory(
                "SELECT pg_notify(c, p) FROM unnest($1::text[], $2::text[]) AS n (c, p)", channels, payloads
            )
        self._forget()

    async def rollback(self) -> None:
        """Undo everything of this unit of work."""
        self._forget()
        await self._work.rollback()

    @asynccontextmanager
    async def on_the_network(self) -> AsyncIterator[None]:
        """Commit what was done so far and stay away from the database while a provider is asked.

        The next statement begins a new transaction: read, talk, write.
        """
        await self.commit()
        yield

    @asynccontextmanager
    async def widened(self) -> AsyncIterator[Context]:
        """Open a second unit of work that sees the whole partner, for the few things that live there (provider keys).

        It commits at the end of the block. Do not hold both open: finish reading here first.
        """
        scope = msgspec.structs.replace(self.scope, wide=True)
        wide = Context(self.services, scope, self.actor, self.origin)
        try:
            yield wide
            await wide.commit()
        except BaseException:
            await wide.rollback()
            raise

    def _forget(self) -> None:
        self._events, self._jobs, self._notices = [], [], {}


_C = TypeVar("_C", bound=Context)


@asynccontextmanager
async def committing(ctx: _C) -> AsyncIterator[_C]:
    """Commit a unit of work at the end of the block, or undo all of it when the block ends in an error."""
    try:
        yield ctx
        await ctx.commit()
    except BaseException:
        await ctx.rollback()
        raise
