"""Calls: starting one, asking for one, and listing them assistant by assistant (contract section 4)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from inspralv.providers import sentences
from inspralv.providers.contract import E164, CallRef, CallReport, CallType, NumberRef
from inspralv.providers.errors import Malformed, ProviderError, Unconfirmed
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.client import Lost, SynthflowClient
from inspralv.providers.synthflow.numbers import attach, number_of
from inspralv.providers.synthflow.paging import all_assistants, rows_of
from inspralv.providers.synthflow.reports import MARK, call_report

CLOCK_DIFFERENCE = timedelta(minutes=5)
LOOKED_FOR = timedelta(hours=1)
"""As long a call may still be looked for by its mark, which only the call itself tells and no list."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class SynthflowCalls:
    def __init__(self, client: SynthflowClient) -> None:
        self._client = client

    async def start(
        self, model_id: str, to: E164, from_: NumberRef, variables: Mapping[str, str], mark: str
    ) -> CallRef:
        """Never asked twice. Raises Unconfirmed when nobody knows whether the telephone rings."""
        await attach(self._client, model_id, from_)
        asked_at = datetime.now(UTC)
        values = {**variables, MARK: mark}
        body: dict[str, Any] = {
            "model_id": model_id,
            "phone": str(to),
            "name": _name(variables, to),
            "from_phone_number": number_of(from_),
            "custom_variables": [{"key": key, "value": value} for key, value in values.items()],
        }
        try:
            return CallRef(wire.inside(await self._client.post("/calls", body), wire.CallId).call_id)
        except (Lost, Malformed) as lost:
            return await self._call_with(mark, model_id, to, asked_at, lost)

    async def get(self, call_id: str) -> CallReport:
        return call_report(await self._read(call_id))

    async def since(self, since: datetime) -> list[CallReport]:
        """Calls of all assistants, newest first."""
        found: dict[str, CallReport] = {}
        for assistant in await all_assistants(self._client):
            async for call in self._list(assistant.model_id, since):
                report = call_report(call, assistant.type)
                if (report.created_at or since) >= since:
                    found[report.provider_call_id] = await self._with_mark(report, assistant.type)
        return sorted(found.values(), key=lambda report: report.created_at or LONG_AGO, reverse=True)

    async def _with_mark(self, report: CallReport, kind: str | None) -> CallReport:
        fresh = report.created_at is not None and report.created_at >= datetime.now(UTC) - LOOKED_FOR
        if not fresh or report.mark is not None or report.type is not CallType.OUTBOUND:
            return report
        return call_report(await self._read(report.provider_call_id), kind)

    async def _read(self, call_id: str) -> wire.Call:
        return wire.only(wire.inside(await self._client.get(f"/calls/{call_id}"), wire.Calls).calls)

    def _list(self, model_id: str, since: datetime) -> Any:
        asked = {"model_id": model_id, "from_date": str(int(since.timestamp() * 1000))}
        return rows_of(self._client, "/calls", wire.Calls, lambda page: page.calls, asked)

    async def _call_with(self, mark: str, model_id: str, to: E164, asked_at: datetime, lost: ProviderError) -> CallRef:
        """The call that was started although its answer got lost."""
        try:
            async for call in self._list(model_id, asked_at - CLOCK_DIFFERENCE):
                if call_report(call).to_number == to:
                    report = await self.get(call.call_id)
                    if report.mark == mark:
                        return CallRef(call.call_id)
        except ProviderError as error:
            raise Unconfirmed(sentences.UNKNOWN_START_WHY(provider="Synthflow", reason=error)) from lost
        raise Unconfirmed(sentences.UNKNOWN_START(provider="Synthflow")) from lost


def _name(variables: Mapping[str, str], to: str) -> str:
    """A name is required (contract section 4); a person nobody knows is called by the number."""
    names = (variables.get("first_name", ""), variables.get("last_name", ""))
    return " ".join(name for name in names if name) or str(to)
