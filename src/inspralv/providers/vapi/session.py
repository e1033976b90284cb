from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from inspralv.providers import sentences
from inspralv.providers.contract import (
    E164,
    Account,
    AgentSpec,
    CallRef,
    CallReport,
    NumberBinding,
    NumberImport,
    NumberRef,
    RemoteNumber,
    RemoteRef,
    Voice,
    WebCallTicket,
)
from inspralv.providers.errors import Malformed, Missing, ProviderError, Unconfirmed
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.client import Lost, VapiClient
from inspralv.providers.vapi.mapper import agent_spec, assistant_json, keep_foreign
from inspralv.providers.vapi.numbers import VapiNumbers
from inspralv.providers.vapi.paging import calls_since, timestamp
from inspralv.providers.vapi.reports import call_report
from inspralv.providers.vapi.voices import VOICES
from inspralv.providers.vapi.web_call import ticket_of, web_call_json
from inspralv.providers.vapi.wire_assistants import Assistant

CLOCK_DIFFERENCE = timedelta(minutes=5)
LIST_LIMIT = "1000"


class VapiSession:
    def __init__(self, private: VapiClient, public: VapiClient, public_key: str | None) -> None:
        """`public` may only start web calls; without a public key it is the private one."""
        self._private = private
        self._public = public
        self._public_key = public_key

    async def check(self) -> Account:
        found = wire.decode(await self._private.get("/assistant", {"limit": "1"}), list[wire.Identified])
        return Account(id=found[0].org_id if found else None)

    async def push_agent(self, spec: AgentSpec, known: RemoteRef | None) -> RemoteRef:
        body = assistant_json(spec)
        if known is None:
            return await self._create_agent(body, spec)
        assistant_id = _assistant_id(known)
        current = wire.decode(await self._private.get(f"/assistant/{assistant_id}"), Assistant)
        await self._private.patch(f"/assistant/{assistant_id}", keep_foreign(body, current))
        return known

    async def pull_agent(self, ref: RemoteRef) -> AgentSpec:
        raw = await self._private.get(f"/assistant/{_assistant_id(ref)}")
        return agent_spec(wire.decode(raw, Assistant))

    async def find_agent(self, metadata: Mapping[str, str], since: datetime) -> RemoteRef | None:
        if not metadata:
            return None
        earliest = timestamp(since - CLOCK_DIFFERENCE)
        raw = await self._private.get("/assistant", {"limit": LIST_LIMIT, "createdAtGe": earliest})
        for assistant in wire.decode(raw, list[Assistant]):
            if agent_spec(assistant).metadata == metadata:
                return RemoteRef({"assistant_id": assistant.id})
        return None

    async def remove_agent(self, ref: RemoteRef) -> None:
        await self._private.delete(f"/assistant/{_assistant_id(ref)}")

    async def voices(self) -> Sequence[Voice]:
        return VOICES

    async def numbers(self) -> Sequence[RemoteNumber]:
        return await VapiNumbers(self._private).list()

    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        return await VapiNumbers(self._private).import_number(wanted)

    async def bind_number(self, ref: NumberRef, binding: NumberBinding) -> None:
        await VapiNumbers(self._private).bind(ref, binding)

    async def release_number(self, ref: NumberRef) -> None:
        await VapiNumbers(self._private).release(ref)

    async def start_web_call(self, ref: RemoteRef, variables: Mapping[str, str]) -> WebCallTicket:
        raw = await self._public.post("/call/web", web_call_json(_assistant_id(ref), variables))
        return ticket_of(raw, self._public_key)

    async def start_phone_call(
        self, ref: RemoteRef, to: E164, from_: NumberRef, variables: Mapping[str, str], mark: str | None = None
    ) -> CallRef:
        # The API knows no idempotency key; the mark lets us find the call if the answer gets lost.
        mark, asked_at = mark or str(uuid4()), datetime.now(UTC)
        body: dict[str, Any] = {
            "assistantId": _assistant_id(ref),
            "phoneNumberId": from_.id,
            "customer": {"number": str(to), "externalId": mark},
        }
        if variables:
            body["assistantOverrides"] = {"variableValues": dict(variables)}
        try:
            return CallRef(wire.decode(await self._private.post("/call", body), wire.Identified).id)
        except (Lost, Malformed) as lost:
            return await self._call_with(mark, asked_at, lost)

    async def end_call(self, ref: CallRef) -> None:
        call = wire.decode(await self._private.get(f"/call/{ref.id}"), wire.Call)
        if call.status == "ended" or call.monitor is None or not call.monitor.control_url:
            raise Missing("the call is not running")
        await self._private.control(call.monitor.control_url, {"type": "end-call"})

    async def call(self, ref: CallRef) -> CallReport:
        return call_report(wire.decode(await self._private.get(f"/call/{ref.id}"), wire.Call))

    async def calls(self, since: datetime) -> AsyncIterator[CallReport]:
        async for call in calls_since(self._private, since):
            yield call_report(call)

    async def _call_with(self, mark: str, asked_at: datetime, lost: ProviderError) -> CallRef:
        """The call that was started although its answer got lost. Raises Unconfirmed when it cannot be seen."""
        try:
            async for call in calls_since(self._private, asked_at - CLOCK_DIFFERENCE):
                if call.customer and call.customer.external_id == mark:
                    return CallRef(call.id)
        except ProviderError as error:
            raise Unconfirmed(sentences.UNKNOWN_START_WHY(provider="Vapi", reason=error)) from lost
        raise Unconfirmed(sentences.UNKNOWN_START(provider="Vapi")) from lost

    async def _create_agent(self, body: dict[str, Any], spec: AgentSpec) -> RemoteRef:
        asked_at = datetime.now(UTC)
        try:
            created = wire.decode(await self._private.post("/assistant", body), wire.Identified)
        except Lost:
            orphan = await self.find_agent(spec.metadata, asked_at)
            if orphan is None:
                raise
            return orphan
        return RemoteRef({"assistant_id": created.id})


def _assistant_id(ref: RemoteRef) -> str:
    try:
        return ref.ids["assistant_id"]
    except KeyError:
        raise Missing("no assistant is known for this agent") from None
