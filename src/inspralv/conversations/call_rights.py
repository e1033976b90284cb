"""What may be done with one call, by whom, at which provider."""

from __future__ import annotations

from inspralv.conversations.views import CallRights, Conversation
from inspralv.integrations.connections import provider_of
from inspralv.providers.contract import Ability
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P


def rights_of(ctx: WorkspaceContext, call: Conversation) -> CallRights:
    """Return what this person may do with this call."""
    provider = provider_of(ctx.services, call.provider)
    may_call = ctx.may(P.CONVERSATIONS_CREATE)
    # A number to call, and an agent that is still there to do it.
    answerable = call.agent is not None and not call.agent_deleted and call.contact_number is not None
    return CallRights(
        provider=provider.label,
        hang_up=may_call and call.is_live,
        # Before it is dialled a call can be taken back whatever the provider can do; a web call is never dialled.
        ends_calls=Ability.END_CALLS in provider.abilities
        or (call.provider_call_id is None and call.direction != "web"),
        call_back=may_call and answerable and not call.is_live and Ability.PHONE_CALLS in provider.abilities,
    )
