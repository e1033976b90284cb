"""/_dns: the developer's side of the name server. It sets records, and lets the server fail."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import Response, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from inspralv.sandbox.dns import NameServer, Outage, Records


class RecordSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The records of one name and type; without values there are none."""

    name: str
    type: Literal["A", "AAAA", "CNAME", "TXT"]
    values: list[str]


class OutagePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the server fails from now on (empty: not at all), and for which names: those `below` one, or all."""

    mode: Outage = ""
    below: str = ""


def control_of(server: NameServer) -> list[HTTPRouteHandler]:
    """Return the routes that steer one server."""

    @get("/_dns", sync_to_thread=False)
    def list_records() -> Records:
        """Every record, as name → type → values."""
        return server.records

    @put("/_dns", sync_to_thread=False)
    def put_records(data: JSONBody[list[RecordSet]]) -> Response[dict[str, str]]:
        """Set or take away records."""
        for one in data:
            try:
                server.put(one.name, one.type, one.values)
            except ValueError as error:
                return Response({"error": f"{one.name} {one.type}: {error}"}, status_code=400)
        return Response({})

    @post("/_dns/outage", status_code=200, sync_to_thread=False)
    def fail(data: JSONBody[OutagePlan]) -> dict[str, str]:
        """Answer SERVFAIL, or nothing, or properly again."""
        server.outage, server.below = data.mode, data.below
        return {}

    return [list_records, put_records, fail]
