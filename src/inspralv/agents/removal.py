"""Taking a deleted agent away at its provider. The id is kept until the provider has confirmed."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.agents import queries
from inspralv.agents.push import Failed, Later
from inspralv.agents.schemas import RemoteState
from inspralv.agents.spec import agent_marks
from inspralv.foundation.jobs.job import Job
from inspralv.integrations.connections import Account, find_account, open_session
from inspralv.providers.contract import ProviderSession, RemoteRef
from inspralv.providers.errors import BadCredentials, Malformed, Missing, ProviderError, Throttled, Unavailable


class Removed(msgspec.Struct, frozen=True):
    """It is not there any more."""


class Removal(msgspec.Struct, frozen=True):
    """What to take away, and with which keys. `marks` recognise an agent whose making was never confirmed."""

    state: RemoteState
    account: Account
    marks: dict[str, str]


async def prepare_removal(job: Job, agent_id: UUID) -> Removal | None:
    """Read what to take away; None when the agent is not deleted or was never there, or its account is gone here."""
    async with job.partner() as ctx:
        agent = await queries.find_stored(ctx, agent_id)
        if agent is None or agent.deleted_at is None or agent.remote.integration_id is None:
            return None
        account = await find_account(ctx, agent.remote.integration_id)
        return None if account is None else Removal(agent.remote, account, agent_marks(agent))


async def prepare_discard(job: Job, state: RemoteState) -> Removal | None:
    """The same for an agent that lives on elsewhere; None when the account is not ours any more."""
    if state.integration_id is None:
        return None
    async with job.partner() as ctx:
        account = await find_account(ctx, state.integration_id)
        return None if account is None else Removal(state, account, {})


async def talk_removal(job: Job, removal: Removal) -> Removed | Failed | Later:
    """Tell the provider, and say in our words how that went."""
    try:
        await _remove(open_session(job.services, removal.account), removal)
    except Missing:
        return Removed()
    except BadCredentials as error:
        return Failed(str(error), is_key=True)
    except (Unavailable, Throttled, Malformed) as error:
        return Later(str(error), getattr(error, "retry_after", None))
    except ProviderError as error:
        return Failed(str(error))
    return Removed()


async def _remove(session: ProviderSession, removal: Removal) -> None:
    state = removal.state
    ref = RemoteRef(state.ids) if state.ids else None
    if ref is None and state.asked_at is not None:
        ref = await session.find_agent(removal.marks, state.asked_at)
    if ref is not None:
        await session.remove_agent(ref)
