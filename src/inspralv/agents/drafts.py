"""The half-filled wizard of a person, kept with their settings: it survives going back, a reload and a new session."""

from __future__ import annotations

from inspralv.tenancy.contexts import WorkspaceContext

_FIND = (
    "SELECT settings -> 'agent_drafts' -> ($workspace::uuid)::text FROM users WHERE partner_id = $partner AND id = $1"
)
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


async def find_draft(ctx: WorkspaceContext) -> dict[str, str]:
    """Return what was typed so far, by field name."""
    kept = await ctx.fetch_value(_FIND, ctx.me.id)
    return {str(name): str(value) for name, value in (kept or {}).items()}


async def save_draft(ctx: WorkspaceContext, fields: dict[str, str]) -> None:
    """Keep what was typed."""
    await ctx.execute(_SAVE, ctx.me.id, fields)


async def drop_draft(ctx: WorkspaceContext) -> None:
    """Forget it: the agent exists now."""
    await ctx.execute(_DROP, ctx.me.id)
