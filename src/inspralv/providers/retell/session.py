from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

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
from inspralv.providers.retell import wire
from inspralv.providers.retell.agents import RetellAgents, agent_id_of
from inspralv.providers.retell.calls import RetellCalls, Transport
from inspralv.providers.retell.client import RetellClient
from inspralv.providers.retell.knowledge import RetellKnowledge
from inspralv.providers.retell.numbers import RetellNumbers
from inspralv.providers.retell.paging import calls_since
from inspralv.providers.retell.reports import call_report
from inspralv.providers.retell.voices import RetellVoices


class RetellSession:
    def __init__(self, client: RetellClient, transport: Transport, livekit_url: str) -> None:
        """`transport` carries the sound of web calls; `livekit_url` is where the older one does."""
        self._client = client
        self._transport: Transport = transport
        self._livekit_url = livekit_url

    @property
    def knowledge(self) -> RetellKnowledge:
        return RetellKnowledge(self._client)

    async def check(self) -> Account:
        key = wire.decode(await self._client.get("/get-api-key-info"), wire.Key)
        return Account(id=key.org_id, label=key.org_name)

    async def push_agent(self, spec: AgentSpec, known: RemoteRef | None) -> RemoteRef:
        return await RetellAgents(self._client).push(spec, known)

    async def pull_agent(self, ref: RemoteRef) -> AgentSpec:
        return await RetellAgents(self._client).pull(ref)

    async def find_agent(self, metadata: Mapping[str, str], since: datetime) -> RemoteRef | None:
        return await RetellAgents(self._client).find(metadata, since)

    async def remove_agent(self, ref: RemoteRef) -> None:
        await RetellAgents(self._client).remove(ref)

    async def voices(self) -> Sequence[Voice]:
        return await RetellVoices(self._client).list()

    async def numbers(self) -> Sequence[RemoteNumber]:
        return await RetellNumbers(self._client).list()

    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        return await RetellNumbers(self._client).import_number(wanted)

    async def bind_number(self, ref: NumberRef, binding: NumberBinding) -> None:
        await RetellNumbers(self._client).bind(ref, binding)

    async def release_number(self, ref: NumberRef) -> None:
        await RetellNumbers(self._client).release(ref)

    async def start_web_call(self, ref: RemoteRef, variables: Mapping[str, str]) -> WebCallTicket:
        calls = RetellCalls(self._client)
        return await calls.start_web(agent_id_of(ref), variables, self._transport, self._livekit_url)

    async def start_phone_call(
        self, ref: RemoteRef, to: E164, from_: NumberRef, variables: Mapping[str, str], mark: str | None = None
    ) -> CallRef:
        return await RetellCalls(self._client).start_phone(agent_id_of(ref), to, from_, variables, mark)

    async def end_call(self, ref: CallRef) -> None:
        await RetellCalls(self._client).end(ref.id)

    async def call(self, ref: CallRef) -> CallReport:
        return await RetellCalls(self._client).get(ref.id)

    async def calls(self, since: datetime) -> AsyncIterator[CallReport]:
        async for call in calls_since(self._client, since):
            yield call_report(call)
