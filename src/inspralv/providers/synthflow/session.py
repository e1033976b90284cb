from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from inspralv.foundation.language.stored import Stored
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
from inspralv.providers.errors import BadCredentials, ProviderError, Refused
from inspralv.providers.synthflow.agents import SynthflowAgents, id_of, outbound_id
from inspralv.providers.synthflow.calls import SynthflowCalls
from inspralv.providers.synthflow.client import SynthflowClient
from inspralv.providers.synthflow.numbers import SynthflowNumbers
from inspralv.providers.synthflow.regions import LABELS, Region
from inspralv.providers.synthflow.voices import voices_of
from inspralv.providers.synthflow.web_call import ticket_of

NO_ACCOUNT = Stored("Add the workspace ID to the key: without it %(label)s tells neither voices nor numbers.")


class SynthflowSession:
    def __init__(
        self, client: SynthflowClient, elsewhere: Mapping[Region, SynthflowClient], account_id: str | None
    ) -> None:
        """`elsewhere` are the other regions, asked only to explain why a key is refused."""
        self._client = client
        self._elsewhere = elsewhere
        self._account_id = account_id

    async def check(self) -> Account:
        try:
            await _greet(self._client)
        except BadCredentials as refusal:
            region = await self._home()
            if region is None:
                raise
            raise BadCredentials(
                f"this key belongs to the region “{LABELS[region]}”: choose that region for it"
            ) from refusal
        return Account(id=self._account_id)

    async def push_agent(self, spec: AgentSpec, known: RemoteRef | None) -> RemoteRef:
        return await SynthflowAgents(self._client).push(spec, known)

    async def pull_agent(self, ref: RemoteRef) -> AgentSpec:
        return await SynthflowAgents(self._client).pull(ref)

    async def find_agent(self, metadata: Mapping[str, str], since: datetime) -> RemoteRef | None:  # noqa: ARG002 - no list tells when an assistant was made
        return await SynthflowAgents(self._client).find(metadata)

    async def remove_agent(self, ref: RemoteRef) -> None:
        await SynthflowAgents(self._client).remove(ref)

    async def voices(self) -> Sequence[Voice]:
        """Raises Refused without the id of the account."""
        if self._account_id is None:
            raise Refused("account_id", NO_ACCOUNT(label="Synthflow"))
        return await voices_of(self._client, self._account_id)

    async def numbers(self) -> Sequence[RemoteNumber]:
        return await SynthflowNumbers(self._client, self._account_id).list()

    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        """Raises Refused without the id of the account."""
        if self._account_id is None:
            raise Refused("account_id", NO_ACCOUNT(label="Synthflow"))
        return await SynthflowNumbers(self._client, self._account_id).import_number(wanted)

    async def bind_number(self, ref: NumberRef, binding: NumberBinding) -> None:
        await SynthflowNumbers(self._client, self._account_id).bind(ref, binding)

    async def release_number(self, ref: NumberRef) -> None:
        await SynthflowNumbers(self._client, self._account_id).release(ref)

    async def start_web_call(self, ref: RemoteRef, variables: Mapping[str, str]) -> WebCallTicket:  # noqa: ARG002 - a widget takes none; the defaults stand in its texts
        return ticket_of(await self._client.widget_session(id_of(ref, "widget")))

    async def start_phone_call(
        self, ref: RemoteRef, to: E164, from_: NumberRef, variables: Mapping[str, str], mark: str | None = None
    ) -> CallRef:
        return await SynthflowCalls(self._client).start(outbound_id(ref), to, from_, variables, mark or str(uuid4()))

    async def end_call(self, ref: CallRef) -> None:  # noqa: ARG002 - none can be ended
        raise Refused("", "Synthflow has no way to end a running call.")

    async def call(self, ref: CallRef) -> CallReport:
        return await SynthflowCalls(self._client).get(ref.id)

    async def calls(self, since: datetime) -> AsyncIterator[CallReport]:
        for report in await SynthflowCalls(self._client).since(since):
            yield report

    async def _home(self) -> Region | None:
        """The region that takes the key, if it can be told."""
        for region, client in self._elsewhere.items():
            try:
                await _greet(client)
            except ProviderError:
                continue
            return region
        return None


async def _greet(client: SynthflowClient) -> None:
    await client.get("/assistants/", {"limit": "1"})
