"""Taking one fence down, or both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from tests.house.tables import FENCED_DIRECTORY, TENANT

from inspralv.foundation import context
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.statements import Statement, compile_statement

_PREDICATE = re.compile(r"(\b(?:\w+\.)?(?:\w+_)?(?:partner|workspace)_id = \$(?:partner|workspace)\b)")


@contextmanager
def without_predicates() -> Iterator[None]:
    """Statements leave the context with every comparison with the tenant made true; the parameters stay."""

    def blinded(sql: str) -> Statement:
        return compile_statement(_PREDICATE.sub(r"(\1 OR true)", sql))

    context.compile_statement = blinded
    try:
        yield
    finally:
        context.compile_statement = compile_statement


async def open_policies(dsns: Dsns) -> None:
    """Row security lets everything through in this module's database."""
    owner = await asyncpg.connect(dsns.owner)
    for table in sorted(TENANT | FENCED_DIRECTORY):
        await owner.execute(f"CREATE POLICY everything ON app.{table} TO app_user USING (true) WITH CHECK (true)")
    await owner.close()


async def close_policies(dsns: Dsns) -> None:
    """Row security holds again."""
    owner = await asyncpg.connect(dsns.owner)
    for table in sorted(TENANT | FENCED_DIRECTORY):
        await owner.execute(f"DROP POLICY everything ON app.{table}")
    await owner.close()
