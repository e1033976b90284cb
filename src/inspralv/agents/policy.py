"""What is allowed with agents: called by actions, shown by pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inspralv.agents.fit import Fit
from inspralv.agents.history.fields import changed_fields, flat
from inspralv.agents.history.misfits import misfits
from inspralv.agents.schemas import Agent, AgentConfig
from inspralv.agents.tools import host_of, tool_errors
from inspralv.foundation.errors import Conflict, FieldError, Forbidden, Invalid
from inspralv.foundation.language.texts import _
from inspralv.providers.contract import Ability, VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.plans import Limit, limit_of
from inspralv.tenancy.room import denial
from inspralv.tenancy.variables import variable_errors


class Denied(msgspec.Struct, frozen=True):
    """Why not, in words for people."""

    reason: str


def require_provider(registry: ProviderRegistry, name: str) -> VoiceProvider:
    """Return the provider. Raises Invalid when this installation does not have it."""
    if name not in registry or Ability.AGENTS not in registry[name].abilities:
        offered = ", ".join(sorted(known for known in registry if Ability.AGENTS in registry[known].abilities))
        raise Invalid(
            f"provider: Choose one of {offered}.",
            errors=(FieldError("/provider", _("Choose one of %(offered)s.", offered=offered)),),
        )
    return registry[name]


def require_config(config: AgentConfig) -> None:
    """Refuse what the shape of the body cannot say. Raises Invalid."""
    _refuse(
        [
            *tool_errors(config.tools or [], "/config/tools"),
            *variable_errors(config.custom_variables or [], "/config/custom_variables"),
            *_address_errors(config),
        ]
    )


def require_fitting(provider: VoiceProvider, content: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Refuse what the provider would not take, if it is new: what stands there already hinders no other edit. `before`
    is the content as it was, empty for a new agent. Raises Invalid."""
    moved = before.get("provider") != content["provider"]
    new = {f"/{name}".replace(".", "/") for name in changed_fields(flat(before), flat(content))}
    faults = misfits(provider, content)
    _refuse([one for one in faults if moved or any(_concerns(one.pointer, field) for field in new)])


def losses(label: str, found: Fit) -> Conflict:
    """Return the refusal of a move to another provider, with every loss at its field."""
    errors = tuple(FieldError("/" + one.field.replace(".", "/"), one.why, "lost") for one in found.lost)
    count = _("one thing") if len(errors) == 1 else _("%(errors)s things", errors=len(errors))
    return Conflict(
        _("%(label)s cannot take over %(count)s; send accept_losses to give that up.", label=label, count=count),
        errors=errors,
    )


def _concerns(pointer: str, field: str) -> bool:
    return pointer == field or pointer.startswith(f"{field}/")


def _address_errors(config: AgentConfig) -> list[FieldError]:
    """Data of calls travels encrypted; an address of this machine is for development, and refused when it is used."""
    given = {"tools_server_url": config.tools_server_url, "crm_webhook_url": config.crm_webhook_url}
    return [
        FieldError(f"/config/{name}", _("Write an address that begins with https://."))
        for name, address in given.items()
        if isinstance(address, str) and not _is_sound(address)
    ]


def _is_sound(address: str) -> bool:
    host = host_of(address)
    return bool(host) and (address.startswith("https://") or host in {"localhost", "127.0.0.1", "::1"})


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        words = _("%(errors)s fields need attention.", errors=len(errors)) if len(errors) > 1 else errors[0].message
        raise Invalid(words, errors=tuple(errors))


def most_agents(ctx: WorkspaceContext) -> int | None:
    """Return how many agents the workspace may have; None when unlimited."""
    return limit_of(ctx.partner, ctx.workspace.resource_limits, Limit.AGENTS)


def may_add(ctx: WorkspaceContext, existing: int) -> Denied | None:
    """Whether one more agent fits."""
    reason = denial(ctx.partner, ctx.workspace.resource_limits, Limit.AGENTS, existing)
    return Denied(reason) if reason else None


def require_room(ctx: WorkspaceContext, existing: int) -> None:
    """Refuse an agent beyond the limit, naming it. Raises Forbidden."""
    if denied := may_add(ctx, existing):
        raise Forbidden(denied.reason)


def may_call(agent: Agent, *, has_key: bool, label: str) -> Denied | None:
    """Whether the agent can hold a call. `label` names its provider."""
    if not has_key:
        return Denied(_("No %(label)s key is assigned to this workspace.", label=label))
    if agent.external_agent_id is None:
        return Denied(_("This agent is not at %(label)s yet.", label=label))
    return None
