"""An agent over there is two things: an LLM that talks, and an agent that has it. Both have versions, which share their
numbers; a published one is frozen (contract section 5, "Version rules")."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import AgentSpec, RemoteRef
from inspralv.providers.errors import Malformed, Missing, ProviderError, Refused
from inspralv.providers.retell import wire
from inspralv.providers.retell.changes import agent_changes, llm_changes
from inspralv.providers.retell.client import Lost, RetellClient
from inspralv.providers.retell.mapper import MARK, agent_json, agent_spec, llm_json, mark_json, new_agent_json
from inspralv.providers.retell.paging import items_of, milliseconds
from inspralv.providers.retell.voices import RetellVoices
from inspralv.providers.retell.wire import Json

CLOCK_DIFFERENCE = timedelta(minutes=5)
ENGINE = "retell-llm"
ANOTHER_ENGINE = Stored("This agent was given another engine in %(label)s's dashboard, which cannot be edited here.")
NO_VOICE = Stored("%(provider)s has no voice %(voice)s.")
VOICE_ONLY = {"filter_criteria": {"channel": {"type": "string", "op": "eq", "value": "voice"}}}


def agent_id_of(ref: RemoteRef) -> str:
    """Raises Missing for the reference of nothing."""
    try:
        return ref.ids["agent_id"]
    except KeyError:
        raise Missing("no agent is known over there") from None


class RetellAgents:
    def __init__(self, client: RetellClient) -> None:
        self._client = client
        self._voices = RetellVoices(client)

    async def push(self, spec: AgentSpec, known: RemoteRef | None) -> RemoteRef:
        if known is None:
            return await self._create(spec)
        agent_id = agent_id_of(known)
        agent = await self._agent(agent_id)
        state = wire.convert(agent, wire.Agent)
        llm_id = _llm_id(state)
        llm = await self._llm(llm_id, state.version)
        webhook_url = spec.webhook.url if spec.webhook else None
        of_llm = llm_changes(llm, llm_json(spec), webhook_url)
        of_agent = agent_changes(agent, agent_json(spec))
        version = state.version
        if state.is_published and (of_llm or of_agent):
            version = await self._draft(agent_id, version)
        if of_llm:
            await self._client.patch(f"/update-retell-llm/{llm_id}", of_llm, {"version": str(version)})
        if of_agent:
            await self._change_agent(agent_id, of_agent, version)
        if of_llm or of_agent or not state.is_published:
            await self._publish(agent_id, version)
        return RemoteRef({"agent_id": agent_id, "llm_id": llm_id})

    async def pull(self, ref: RemoteRef) -> AgentSpec:
        agent = wire.convert(await self._agent(agent_id_of(ref)), wire.Agent)
        llm = wire.convert(await self._llm(_llm_id(agent), agent.version), wire.Llm)
        return agent_spec(agent, llm, await self._voices.maker_of(agent.voice_id))

    async def find(self, metadata: Mapping[str, str], since: datetime) -> RemoteRef | None:
        for llm in await self._marked(metadata):
            if llm.last_modification_timestamp >= milliseconds(since - CLOCK_DIFFERENCE):
                agent_id = await self._agent_with(llm.llm_id, since)
                if agent_id is not None:
                    return RemoteRef({"agent_id": agent_id, "llm_id": llm.llm_id})
        return None

    async def remove(self, ref: RemoteRef) -> None:
        """The agent first, for an LLM in use stays. The LLM goes even when the agent is gone already."""
        gone: Missing | None = None
        try:
            await self._client.delete(f"/delete-agent/{agent_id_of(ref)}")
        except Missing as error:
            gone = error
        if "llm_id" in ref.ids:
            await self._drop_llm(ref.ids["llm_id"])
        if gone is not None:
            raise gone

    async def _create(self, spec: AgentSpec) -> RemoteRef:
        """What an earlier attempt left behind is cleared away first."""
        asked_at = datetime.now(UTC)
        body, _ = llm_json(spec), agent_json(spec)
        for left in await self._marked(spec.metadata):
            await self._drop_llm(left.llm_id)
        llm_id = await self._create_llm(body, spec.metadata)
        try:
            agent_id = await self._create_agent(spec, llm_id, asked_at)
        except ProviderError:
            with suppress(ProviderError):  # the reason why there is no agent is what has to be told
                await self._drop_llm(llm_id)
            raise
        await self._publish(agent_id, 0)
        return RemoteRef({"agent_id": agent_id, "llm_id": llm_id})

    async def _create_llm(self, body: Json, metadata: Mapping[str, str]) -> str:
        try:
            return wire.decode(await self._client.post("/create-retell-llm", body), wire.Llm).llm_id
        except (Lost, Malformed):
            for made in await self._marked(metadata):
                return made.llm_id
            raise

    async def _create_agent(self, spec: AgentSpec, llm_id: str, asked_at: datetime) -> str:
        try:
            raw = await self._client.post("/create-agent", new_agent_json(spec, llm_id))
            return wire.decode(raw, wire.Agent).agent_id
        except Missing as error:
            raise await self._voice_trouble(spec.voice.id, error) from error
        except (Lost, Malformed):
            made = await self._agent_with(llm_id, asked_at)
            if made is None:
                raise
            return made

    async def _change_agent(self, agent_id: str, changes: Json, version: int) -> None:
        try:
            await self._client.patch(f"/update-agent/{agent_id}", changes, {"version": str(version)})
        except Missing as error:
            raise await self._voice_trouble(str(changes.get("voice_id") or ""), error) from error

    async def _voice_trouble(self, voice_id: str, error: Missing) -> ProviderError:
        """What was not found may be the voice that an agent names."""
        if voice_id and not await self._voices.has(voice_id):
            return Refused("config.voice_id", NO_VOICE(provider="Retell", voice=voice_id))
        return error

    async def _draft(self, agent_id: str, base: int) -> int:
        raw = await self._client.post(f"/create-agent-version/{agent_id}", {"base_version": base})
        return wire.decode(raw, wire.Agent).version

    async def _publish(self, agent_id: str, version: int) -> None:
        await self._client.order(f"/publish-agent-version/{agent_id}", {"version": version})

    async def _agent(self, agent_id: str) -> Json:
        return wire.decode(await self._client.get(f"/get-agent/{agent_id}"), Json)

    async def _llm(self, llm_id: str, version: int) -> Json:
        return wire.decode(await self._client.get(f"/get-retell-llm/{llm_id}", {"version": str(version)}), Json)

    async def _drop_llm(self, llm_id: str) -> None:
        """Not by force: one that an agent uses stays."""
        with suppress(Missing, Refused):
            await self._client.delete(f"/delete-retell-llm/{llm_id}")

    async def _marked(self, metadata: Mapping[str, str]) -> list[wire.Llm]:
        """The LLMs that carry exactly these ids of ours."""
        if not metadata:
            return []
        mark = mark_json(metadata)[MARK]
        found = [wire.convert(item, wire.Llm) async for item in items_of(self._client, "GET", "/v2/list-retell-llms")]
        return [llm for llm in found if (llm.default_dynamic_variables or {}).get(MARK) == mark]

    async def _agent_with(self, llm_id: str, since: datetime) -> str | None:
        """The agent that has this LLM; lists do not tell, so those that changed lately are asked one by one."""
        earliest = milliseconds(since - CLOCK_DIFFERENCE)
        async for item in items_of(self._client, "POST", "/v2/list-agents", VOICE_ONLY):
            listed = wire.convert(item, wire.AgentItem)
            if listed.user_modified_timestamp < earliest:
                continue
            with suppress(Missing):
                agent = wire.convert(await self._agent(listed.agent_id), wire.Agent)
                if agent.response_engine and agent.response_engine.llm_id == llm_id:
                    return listed.agent_id
        return None


def _llm_id(agent: wire.Agent) -> str:
    """The LLM that the agent has now. Raises Refused for another kind of engine."""
    engine = agent.response_engine or wire.Engine()
    if engine.type != ENGINE or not engine.llm_id:
        raise Refused("", ANOTHER_ENGINE(label="Retell"))
    return engine.llm_id
