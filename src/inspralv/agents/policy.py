"""What is allowed with agents: called by actions, shown by pages."""

from __future__ import annotations

import msgspec

from inspralv.agents.schemas import Agent, AgentConfig
from inspralv.agents.tools import tool_errors
from inspralv.foundation.errors import FieldError, Forbidden, Invalid
from inspralv.providers.contract import Ability, VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.contexts import WorkspaceCard

USUAL_AGENTS = 10  # of a workspace whose limits do not say


class Denied(msgspec.Struct, frozen=True):
    """Why not, in words for people."""

    reason: str


def require_provider(registry: ProviderRegistry, name: str) -> VoiceProvider:
    """Return the provider. Raises Invalid when this installation does not have it."""
    if name not in registry or Ability.AGENTS not in registry[name].abilities:
        offered = ", ".join(sorted(known for known in registry if Ability.AGENTS in registry[known].abilities))
        raise Invalid(
            f"provider: Choose one of {offered}.", errors=(FieldError("/provider", f"Choose one of {offered}."),)
        )
    return registry[name]


def require_config(config: AgentConfig) -> None:
    """Refuse what the shape of the body cannot say. Raises Invalid."""
    errors = tuple(tool_errors(config.tools or [], "/config/tools"))
    if errors:
        raise Invalid(f"{len(errors)} fields need attention." if len(errors) > 1 else errors[0].message, errors=errors)


def most_agents(workspace: WorkspaceCard) -> int | None:
    """Return how many agents the workspace may have; None when unlimited."""
    return workspace.limit("max_agents", USUAL_AGENTS)


def may_add(workspace: WorkspaceCard, existing: int) -> Denied | None:
    """Whether one more agent fits."""
    most = most_agents(workspace)
    if most is not None and existing >= most:
        return Denied(f"This workspace may have {most} agents (max_agents), and all of them are in use.")
    return None


def require_room(workspace: WorkspaceCard, existing: int) -> None:
    """Refuse an agent beyond the limit, naming it. Raises Forbidden."""
    if denied := may_add(workspace, existing):
        raise Forbidden(denied.reason)


def may_call(agent: Agent, *, has_key: bool, label: str) -> Denied | None:
    """Whether the agent can hold a call. `label` names its provider."""
    if not has_key:
        return Denied(f"No {label} key is assigned to this workspace.")
    if agent.external_agent_id is None:
        return Denied(f"This agent is not at {label} yet.")
    return None
