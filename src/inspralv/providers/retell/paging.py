from collections.abc import AsyncIterator
from datetime import datetime

from inspralv.providers.retell import wire
from inspralv.providers.retell.client import RetellClient
from inspralv.providers.retell.wire import Json

PAGE = 100


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def calls_since(client: RetellClient, since: datetime) -> AsyncIterator[wire.Call]:
    """Calls that began at or after `since`, newest first, each once, without what was said (contract section 7)."""
    seen: set[str] = set()
    cursor: Json = {}
    criteria = {"start_timestamp": {"type": "number", "op": "ge", "value": milliseconds(since)}}
    while True:
        body = {"filter_criteria": criteria, "sort_order": "descending", "limit": PAGE, **cursor}
        page = wire.decode(await client.post("/v3/list-calls", body), wire.Page)
        for item in page.items:
            call = wire.convert(item, wire.Call)
            if call.call_id not in seen:
                seen.add(call.call_id)
                yield call
        if not page.has_more or not page.pagination_key:
            return
        cursor = {"pagination_key": page.pagination_key}


async def items_of(client: RetellClient, method: str, path: str, body: Json | None = None) -> AsyncIterator[Json]:
    """All items of a list whose paging goes by query, newest first."""
    params = {"limit": str(PAGE), "sort_order": "descending"}
    while True:
        raw = await (client.get(path, params) if method == "GET" else client.post(path, body or {}, params))
        page = wire.decode(raw, wire.Page)
        for item in page.items:
            yield item
        if not page.has_more or not page.pagination_key:
            return
        params = params | {"pagination_key": page.pagination_key}
