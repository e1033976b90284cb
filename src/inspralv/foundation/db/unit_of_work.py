"""One request or job, one transaction: begun by its first statement, ended at the edge."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from inspralv.foundation.db import statements
from inspralv.foundation.outbound import offline


class Scope(msgspec.Struct, frozen=True):
    """Whose rows a transaction may see. `wide` asks for every workspace of the partner; in a
    `read_only` scope the database refuses whatever would change something."""

    partner_id: UUID
    workspace_id: UUID | None = None
    wide: bool = False
    read_only: bool = False

    def begin(self) -> str:
        """Return BEGIN and the three settings in one message; the values are UUIDs, so they cannot carry SQL."""
        workspace = self.workspace_id or ""
        begin = "BEGIN READ ONLY" if self.read_only else "BEGIN"
        return (
            f"{begin}; SET LOCAL app.partner_id = '{self.partner_id}'; SET LOCAL app.workspace_id = '{workspace}'; "
            f"SET LOCAL app.scope = '{'partner' if self.wide else ''}'"
        )


class NotUnique(Exception):  # noqa: N818 - says what it is
    """Somebody else wrote the same value first. The transaction is void: all that is left is to refuse."""


class UnitOfWork:
    """The only door to tenant rows. Not for concurrent use."""

    def __init__(self, pool: asyncpg.Pool, scope: Scope) -> None:
        self._pool = pool
        self.scope = scope
        self._connection: Any = None
        self._mark: Any = None

    @property
    def open(self) -> bool:
        return self._connection is not None

    async def fetch(self, text: str, *args: object) -> list[asyncpg.Record]:
        connection = self._connection or await self._begin()
        _observe(text)
        records: list[asyncpg.Record] = await connection.fetch(text, *args)
        return records

    async def execute(self, text: str, *args: object) -> int:
        """Run a statement and return the number of rows it touched. Raises NotUnique."""
        connection = self._connection or await self._begin()
        _observe(text)
        try:
            status: str = await connection.execute(text, *args)
        except asyncpg.UniqueViolationError as error:
            raise NotUnique(error.constraint_name) from error
        return int(status.rpartition(" ")[2]) if status[-1:].isdigit() else 0

    async def commit(self) -> None:
        """End the transaction, if one was begun, and give the connection back."""
        if self._connection is not None:
            await self._end("COMMIT")

    async def rollback(self) -> None:
        """Undo what was done, if anything. A broken connection is dropped: the server rolls back by itself."""
        if self._connection is not None:
            try:
                await self._end("ROLLBACK")
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                return

    async def _begin(self) -> Any:
        connection = await self._pool.acquire()
        try:
            begin = self.scope.begin()
            _observe(begin)
            await connection.execute(begin)
        except BaseException:
            _drop(connection)
            await self._pool.release(connection)
            raise
        self._connection = connection
        self._mark = offline.enter()
        return connection

    async def _end(self, verb: str) -> None:
        connection, self._connection = self._connection, None
        offline.leave(self._mark)
        try:
            _observe(verb)
            await connection.execute(verb)
        except BaseException:
            _drop(connection)
            raise
        finally:
            await self._pool.release(connection)


def _drop(connection: Any) -> None:
    """Cut a connection off. One that the server has cut has left the pool by itself, and must not hide what happened."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


def _observe(text: str) -> None:
    for look in statements.observers:
        look(text)
