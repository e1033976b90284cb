from collections.abc import AsyncIterator
from datetime import UTC, datetime

from inspralv.providers.vapi import wire
from inspralv.providers.vapi.client import VapiClient

PAGE = 100


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def calls_since(client: VapiClient, since: datetime) -> AsyncIterator[wire.Call]:
    """All calls created at or after `since`, newest first, each once.

    There is no cursor: the next page begins at the time of the last row. It is asked for inclusively, because calls
    made in the same millisecond may lie on both sides of a page's end.
    """
    seen: set[str] = set()
    bound: dict[str, str] = {}
    while True:
        params = {"limit": str(PAGE), "createdAtGe": timestamp(since)} | bound
        rows = wire.decode(await client.get("/call", params), list[wire.Call])
        fresh = [row for row in rows if row.id not in seen]
        seen.update(row.id for row in fresh)
        for row in fresh:
            yield row
        last = rows[-1].created_at if rows else None
        if len(rows) < PAGE or last is None:
            return
        # A whole page of one millisecond, all known: step over it, or the loop would never end.
        bound = {"createdAtLe" if fresh else "createdAtLt": last}
