from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.client import SynthflowClient

LIMIT = 100
"""More is refused for calls (contract section 4); the other lists get the same."""

R = TypeVar("R")


class Paged(Protocol):
    @property
    def pagination(self) -> wire.Pagination: ...


P = TypeVar("P", bound=Paged)


async def rows_of(
    client: SynthflowClient, path: str, shape: type[P], rows: Callable[[P], Sequence[R]], params: Mapping[str, str]
) -> AsyncIterator[R]:
    """All rows of a list, page by page, up to its own total (contract section 9, "Pagination")."""
    offset = 0
    while True:
        asked = {**params, "limit": str(LIMIT), "offset": str(offset)}
        page = wire.inside(await client.get(path, asked), shape)
        found = rows(page)
        for row in found:
            yield row
        offset += len(found)
        if not found or offset >= page.pagination.total_records:
            return


async def all_assistants(client: SynthflowClient) -> list[wire.Assistant]:
    return [one async for one in rows_of(client, "/assistants/", wire.Assistants, wire.assistants_in, {})]
