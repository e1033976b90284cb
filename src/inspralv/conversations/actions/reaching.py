"""An agent at its provider, as whoever starts or ends a call needs it, and what to tell people when that fails."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.agents.queries import find_stored
from inspralv.agents.schemas import StoredAgent
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, NotFound, Refusal, Unavailable, Upstream
from inspralv.foundation.language.stored import Stored
from inspralv.foundation.services import Services
from inspralv.foundation.web.problems import seconds
from inspralv.integrations.connections import Connection, find_connection, mark_key_bad, open_session, provider_of
from inspralv.providers import errors
from inspralv.providers.contract import Ability, ProviderSession, RemoteRef, VoiceProvider
from inspralv.telephony.lines import Line, list_lines

# What keeps a call from being placed: told to whoever asked, or stored with a call that was to be placed later.
_NO_SUCH_AGENT = Stored("There is no such agent.")
_NOT_OFFERED = Stored("%(label)s does not offer this kind of call.")
_NO_KEY = Stored("This workspace has no %(label)s key yet. Assign one under Integrations.")
_NOT_THERE = Stored("“%(name)s” is not at %(label)s yet. Synchronise the agent first.")
_KEY_REFUSED = Stored("%(label)s does not accept the key of this workspace. Check it under Integrations.")
_UNKNOWN_THERE = Stored("%(label)s does not know this any more. Synchronise the agent and try again.")
_REFUSED = Stored("%(label)s refused: %(reason)s")
_BUSY = Stored("%(label)s is busy: too many calls at once. Try again in a moment.")
_OUT_OF_REACH = Stored("%(label)s cannot be reached at the moment. Try again in a moment.")
_USELESS = Stored("%(label)s gave an answer that cannot be used. Try again in a moment.")


class Reach(msgspec.Struct, frozen=True):
    """An agent that can be called, with the key that reaches it. Holds keys: never printed, stored or sent."""

    agent: StoredAgent
    provider: VoiceProvider
    connection: Connection
    lines: tuple[Line, ...] = ()
    """The numbers that are bound to the agent for outbound calls."""

    @property
    def ref(self) -> RemoteRef:
        return RemoteRef(self.agent.remote.ids)

    def line(self, number: str | None = None) -> Line | None:
        """Return where a call comes from: the number that is asked for, else the agent's own first one, else the shared
        number of the key. None when there is no such line."""
        config = self.connection.config
        shared_id = config.get("shared_outbound_phone_number_id")
        shared = Line(config.get("shared_outbound_phone_number"), None, shared_id) if shared_id else None
        known = (*self.lines, *((shared,) if shared else ()))
        return next((one for one in known if number in {None, one.phone_number}), None)

    def session(self, services: Services) -> ProviderSession:
        return open_session(services, self.connection)


async def reach_agent(wide: Context, agent_id: UUID, ability: Ability) -> Reach:
    """Return the agent with its provider. `wide` is of the workspace and sees the whole partner. Raises NotFound, or
    Conflict saying what has to be done first."""
    agent = await find_stored(wide, agent_id)
    if agent is None or agent.deleted_at is not None or wide.workspace_id is None:
        raise NotFound(_NO_SUCH_AGENT.said())
    provider = provider_of(wide.services, agent.provider)
    if ability not in provider.abilities:
        raise Conflict(_NOT_OFFERED.said(label=provider.label))
    connection = await find_connection(wide, wide.workspace_id, agent.provider)
    if connection is None:
        raise Conflict(_NO_KEY.said(label=provider.label))
    at_home = agent.remote.integration_id == connection.integration_id
    if not at_home or not agent.remote.ids or not agent.external_agent_id:
        raise Conflict(_NOT_THERE.said(name=agent.name, label=provider.label))
    calls_out = ability is Ability.PHONE_CALLS
    lines = await list_lines(wide, agent_id, connection.integration_id) if calls_out else []
    return Reach(agent, provider, connection, tuple(lines))


async def note_bad_key(wide: Context, connection: Connection, error: errors.ProviderError) -> None:
    """Remember that the provider does not take the key, if that is what went wrong."""
    if isinstance(error, errors.BadCredentials):
        await mark_key_bad(wide, connection.integration_id, str(error), connection.version)


def refusal_of(error: errors.ProviderError, label: str) -> Refusal:
    """Return what to tell the person who asked for something at a provider."""
    match error:
        case errors.BadCredentials():
            return Upstream(_KEY_REFUSED.said(label=label))
        case errors.Missing():
            return Conflict(_UNKNOWN_THERE.said(label=label))
        case errors.Refused():
            return Upstream(_REFUSED.said(label=label, reason=error.reason))
        case errors.Throttled():
            return _later(_BUSY.said(label=label), error.retry_after)
        case errors.Unavailable():
            return _later(_OUT_OF_REACH.said(label=label), error.retry_after)
        case _:
            return Upstream(_USELESS.said(label=label))


def _later(text: str, wait: float | None) -> Refusal:
    return Unavailable(text, headers={"retry-after": seconds(wait or 5)})
