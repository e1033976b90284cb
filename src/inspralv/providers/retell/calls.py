"""Telephone calls and web calls (contract sections 6 and 7)."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import uuid4

from inspralv.providers import sentences
from inspralv.providers.contract import E164, CallRef, CallReport, NumberRef, WebCallTicket
from inspralv.providers.errors import Malformed, Missing, ProviderError, Unconfirmed
from inspralv.providers.retell import wire
from inspralv.providers.retell.client import Lost, RetellClient
from inspralv.providers.retell.reports import MARK, call_report
from inspralv.providers.retell.statuses import RUNNING
from inspralv.providers.retell.web_call import (
    GATEWAY_PATH,
    LIVEKIT_PATH,
    gateway_ticket,
    livekit_ticket,
    web_call_json,
)

Transport = Literal["gateway", "livekit"]
PUBLISHED = "latest_published"


class RetellCalls:
    def __init__(self, client: RetellClient) -> None:
        self._client = client

    async def start_web(
        self, agent_id: str, variables: Mapping[str, str], transport: Transport, livekit_url: str
    ) -> WebCallTicket:
        body = web_call_json(agent_id, variables)
        if transport == "livekit":
            return livekit_ticket(await self._client.post(LIVEKIT_PATH, body), livekit_url)
        raw = await self._client.post(GATEWAY_PATH, body | {"agent_version": PUBLISHED})
        return gateway_ticket(raw, self._client.base_url)

    async def start_phone(
        self, agent_id: str, to: E164, from_: NumberRef, variables: Mapping[str, str], mark: str | None
    ) -> CallRef:
        """Asked a second time when the answer got lost: the same key within an hour makes no second call."""
        mark = mark or str(uuid4())
        body: dict[str, Any] = {
            "from_number": from_.id,
            "to_number": str(to),
            "override_agent_id": agent_id,
            "override_agent_version": PUBLISHED,
            "metadata": {MARK: mark},
            "idempotency_key": mark,
        }
        if variables:
            body["retell_llm_dynamic_variables"] = dict(variables)
        try:
            return await self._dial(body)
        except (Lost, Malformed) as lost:
            try:
                return await self._dial(body)
            except ProviderError as error:
                raise Unconfirmed(sentences.UNKNOWN_START_WHY(provider="Retell", reason=error)) from lost

    async def end(self, call_id: str) -> None:
        call = wire.decode(await self._client.get(f"/v2/get-call/{call_id}"), wire.Call)
        if call.call_status not in RUNNING:
            raise Missing("the call is not running")
        await self._client.order(f"/v2/stop-call/{call_id}")

    async def get(self, call_id: str) -> CallReport:
        return call_report(wire.decode(await self._client.get(f"/v2/get-call/{call_id}"), wire.Call))

    async def _dial(self, body: dict[str, Any]) -> CallRef:
        return CallRef(wire.decode(await self._client.post("/v2/create-phone-call", body), wire.Call).call_id)
