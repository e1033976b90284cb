"""The half-filled wizard of a person, kept with their settings: it survives going back, a reload and a new session."""

from __future__ import annotations

import msgspec

from inspralv.agents.queries import KEYED, OF_WORKSPACE
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.variables import Variable

_FIND = f"""
SELECT coalesce(u.settings -> 'agent_drafts' -> ($workspace::uuid)::text, '{{}}') AS typed, {KEYED}, {OF_WORKSPACE}
  FROM users u WHERE u.partner_id = $partner AND u.id = $1
"""
_SAVE = """
UPDATE users
   SET settings = jsonb_set(settings, '{agent_drafts}', coalesce(settings -> 'agent_drafts', '{}')
                                      || jsonb_build_object(($workspace::uuid)::text, $2::jsonb)),
       updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_DROP = """
UPDATE users SET settings = settings #- ARRAY['agent_drafts', ($workspace::uuid)::text]
 WHERE partner_id = $partner AND id = $1
"""


class Draft(msgspec.Struct, frozen=True):
    """What was typed so far, by field name; the providers that the workspace has a key of; its variables."""

    typed: dict[str, str]
    keyed: list[str]
    of_workspace: list[Variable]


async def find_draft(ctx: WorkspaceContext) -> Draft:
    """Return the person's draft in this workspace, an empty one at first."""
    found = await ctx.fetch_one(Draft, _FIND, ctx.me.id)
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


async def save_draft(ctx: WorkspaceContext, fields: dict[str, str]) -> None:
    """Keep what was typed."""
    await ctx.execute(_SAVE, ctx.me.id, fields)


async def drop_draft(ctx: WorkspaceContext) -> None:
    """Forget it: the agent exists now."""
    await ctx.execute(_DROP, ctx.me.id)
