"""The language of one's own pages and mails."""

from __future__ import annotations

from inspralv.accounts.events import UserUpdated
from inspralv.accounts.queries import accounts
from inspralv.accounts.schemas import LanguageChoice
from inspralv.foundation.events.event import changes
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.speaking import speak_to


async def choose_language(ctx: SignedInContext, choice: LanguageChoice) -> None:
    """Choose a language, or none, and answer in it at once."""
    old, new = changes({"language": await accounts.find_language(ctx, ctx.me.id)}, {"language": choice.language})
    if new:
        await accounts.save_language(ctx, ctx.me.id, choice.language)
        ctx.record(UserUpdated(entity_id=ctx.me.id, old=old, new=new))
    speak_to(choice.language)
