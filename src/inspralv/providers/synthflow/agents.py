"""One agent of ours as its assistants over there: made, brought up to date, found, taken away."""

from collections.abc import Iterable, Mapping

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import AgentSpec, RemoteRef
from inspralv.providers.errors import Missing, Refused
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.client import Lost, SynthflowClient
from inspralv.providers.synthflow.mapper import KINDS, Kind, agent_spec, assistant_json, not_kept
from inspralv.providers.synthflow.marks import without_marks
from inspralv.providers.synthflow.paging import all_assistants
from inspralv.providers.synthflow.refusals import FIELDS
from inspralv.providers.synthflow.tools import Json, action_jsons, is_as_wanted, is_tool

NOT_KEPT = Stored("%(label)s did not keep “%(name)s”.")
Assistants = dict[Kind, wire.Assistant]


class SynthflowAgents:
    def __init__(self, client: SynthflowClient) -> None:
        self._client = client

    async def push(self, spec: AgentSpec, known: RemoteRef | None) -> RemoteRef:
        """Missing ones of the three are made anew. Raises Missing when all of a known agent are gone."""
        there = await self._read_all(known) if known else {}
        if known and not there:
            raise Missing("Synthflow no longer knows this agent")
        made: list[str] = []
        assistants: Assistants = {}
        try:
            for kind in KINDS:
                current = there.get(kind) or await self._create(spec, kind)
                if kind not in there:
                    made.append(current.model_id)
                assistants[kind] = await self._revise(spec, kind, current)
            await self._bring_tools(spec, assistants)
        except Refused:
            await self._take_back(made)
            raise
        return ref_of(assistants)

    async def pull(self, ref: RemoteRef) -> AgentSpec:
        """The one that calls stands for all."""
        assistant = await self._read(outbound_id(ref))
        return agent_spec(assistant, await self._actions_of(assistant))

    async def find(self, metadata: Mapping[str, str]) -> RemoteRef | None:
        found = await self._find_all(metadata)
        return ref_of(found) if found else None

    async def remove(self, ref: RemoteRef) -> None:
        there = await self._read_all(ref)
        if not there:
            raise Missing("Synthflow no longer knows this agent")
        actions = {action for one in there.values() for action in without_marks(one.description)[1].actions}
        for kind in KINDS:
            if kind in there:
                await self._delete(f"/assistants/{there[kind].model_id}")
        for action in sorted(actions):
            await self._delete(f"/actions/{action}")

    async def _create(self, spec: AgentSpec, kind: Kind) -> wire.Assistant:
        body = {"type": kind, **assistant_json(spec, kind, None, ())}
        try:
            raw = await self._client.post("/assistants", body)
        except Lost:
            orphan = (await self._find_all(spec.metadata)).get(kind)
            if orphan is None:
                raise
            return await self._read(orphan.model_id)
        return await self._read(wire.inside(raw, wire.ModelId).model_id)

    async def _revise(
        self, spec: AgentSpec, kind: Kind, current: wire.Assistant, actions: tuple[str, ...] | None = None
    ) -> wire.Assistant:
        """Send what differs, as a complete assistant, and read it back: what is not kept is dropped in silence. Every
        change may make a version over there, so nothing is sent when nothing differs."""
        known = without_marks(current.description)[1].actions
        body = assistant_json(spec, kind, current, known if actions is None else actions)
        if not not_kept(body, current):
            return current
        await self._client.put(f"/assistants/{current.model_id}", body)
        found = await self._read(current.model_id)
        lost = not_kept(body, found)
        if lost:
            problems = [(FIELDS.get(name, ""), NOT_KEPT(label="Synthflow", name=name)) for name in lost]
            raise Refused(*problems[0], more=problems[1:])
        return found

    async def _bring_tools(self, spec: AgentSpec, assistants: Assistants) -> None:
        """Actions are made, written down, attached, and only then are the old ones detached and thrown away."""
        caller = assistants["outbound"]
        ours = without_marks(caller.description)[1].actions
        attached = await self._actions_of(caller)
        keep: list[str] = []
        for body in action_jsons(spec, caller.model_id):
            fits = (one.action_id for one in attached if one.action_id not in keep and is_as_wanted(one, body))
            keep.append(next(fits, None) or await self._make_action(body))
        outdated = [one.action_id for one in attached if is_tool(one) and one.action_id not in keep]
        mine = tuple(one for one in keep if one in ours or one not in {other.action_id for other in attached})
        await self._revise(spec, "outbound", caller, (*mine, *(one for one in ours if one not in mine)))
        for assistant in assistants.values():
            await self._attach(assistant, keep, outdated)
        await self._revise(spec, "outbound", await self._read(caller.model_id), mine)
        for orphan in (one for one in ours if one not in mine):
            await self._delete(f"/actions/{orphan}")

    async def _make_action(self, body: Json) -> str:
        return wire.inside(await self._client.post("/actions", body), wire.ActionId).action_id

    async def _attach(self, assistant: wire.Assistant, wanted: list[str], outdated: list[str]) -> None:
        there = assistant.actions or []
        for path, actions in (
            ("/actions/attach", [one for one in wanted if one not in there]),
            ("/actions/detach", [one for one in outdated if one in there]),
        ):
            if actions:
                await self._client.post(path, {"model_id": assistant.model_id, "actions": actions})

    async def _actions_of(self, assistant: wire.Assistant) -> list[wire.Action]:
        found = []
        for action_id in assistant.actions or ():
            try:
                raw = await self._client.get(f"/actions/{action_id}")
            except Missing:
                continue
            found += wire.inside(raw, wire.Actions).actions
        return found

    async def _read(self, model_id: str) -> wire.Assistant:
        raw = await self._client.get(f"/assistants/{model_id}", {"include_actions": "true"})
        return wire.only(wire.assistants_in(wire.inside(raw, wire.Assistants)))

    async def _read_all(self, ref: RemoteRef) -> Assistants:
        """Those that are there."""
        found: Assistants = {}
        for kind in KINDS:
            model_id = ref.ids.get(f"{kind}_id")
            if model_id:
                try:
                    found[kind] = await self._read(model_id)
                except Missing:
                    continue
        return found

    async def _find_all(self, metadata: Mapping[str, str]) -> Assistants:
        found: Assistants = {}
        for assistant in await all_assistants(self._client) if metadata else ():
            kind = next((one for one in KINDS if one == assistant.type), None)
            if kind and without_marks(assistant.description)[1].ids == metadata:
                found.setdefault(kind, assistant)
        return found

    async def _take_back(self, made: Iterable[str]) -> None:
        for model_id in made:
            await self._delete(f"/assistants/{model_id}")

    async def _delete(self, path: str) -> None:
        try:
            await self._client.delete(path)
        except Missing:
            return


def ref_of(assistants: Assistants) -> RemoteRef:
    return RemoteRef({f"{kind}_id": one.model_id for kind, one in assistants.items()})


def id_of(ref: RemoteRef, kind: Kind) -> str:
    """Raises Missing."""
    try:
        return ref.ids[f"{kind}_id"]
    except KeyError:
        raise Missing("no assistant is known for this agent") from None


def outbound_id(ref: RemoteRef) -> str:
    return id_of(ref, "outbound")
