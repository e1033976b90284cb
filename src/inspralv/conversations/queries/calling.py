"""What the form that dials a number shows, in one statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from inspralv.agents.queries import COLUMNS
from inspralv.agents.schemas import Agent
from inspralv.foundation.context import Context

_CALLABLE = f"""
SELECT {COLUMNS}, w.settings -> 'custom_variables' AS of_workspace, c.id AS answers_id, c.contact_number, c.contact_name,
       c.variables,
       (SELECT coalesce(jsonb_agg(n.phone_number ORDER BY n.phone_number), '[]') FROM phone_numbers n
         WHERE n.partner_id = $partner AND n.assigned_workspace_id = $workspace AND n.outbound_agent_id = a.id
           AND n.state = 'active' AND n.supports_outbound) AS lines
  FROM ai_agents a
  JOIN workspaces w ON w.partner_id = $partner AND w.id = $workspace
  LEFT JOIN conversations c
    ON c.partner_id = $partner AND c.workspace_id = $workspace AND c.id = $2 AND c.deleted_at IS NULL
 WHERE a.partner_id = $partner AND a.workspace_id = $workspace AND a.id = $1 AND a.deleted_at IS NULL
"""


class Callable(Agent, frozen=True, kw_only=True):
    """An agent with the workspace's variables as they are stored, and the conversation that a call is to answer."""

    of_workspace: list[dict[str, Any]] | None
    answers_id: UUID | None
    contact_number: str | None
    contact_name: str | None
    variables: dict[str, str] | None
    lines: list[str]
    """The numbers that are bound to it for outbound calls."""


async def find_callable(ctx: Context, agent_id: UUID, answers: UUID | None) -> Callable | None:
    """Return an agent as the form needs it."""
    return await ctx.fetch_one(Callable, _CALLABLE, agent_id, answers)
