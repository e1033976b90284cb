"""Taking every second step of a person away, for somebody who can use none of them any more."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.accounts.queries import passkeys, second_factors
from inspralv.accounts.sessions import close_all_sessions
from inspralv.foundation.context import Context


class SecondSteps(msgspec.Struct, frozen=True):
    """What somebody had beside the password."""

    two_factor: bool
    passkeys: int


async def reset_second_steps(ctx: Context, user_id: UUID) -> SecondSteps | None:
    """Forget app, recovery codes and passkeys, and end every session and every sign-in that waits for a code; None when
    there was nothing to forget."""
    two_factor = await second_factors.drop_two_factor(ctx, user_id)
    await second_factors.mark_two_factor(ctx, user_id, None)  # holds the person: nobody adds a passkey meanwhile
    removed = await passkeys.remove_passkeys(ctx, user_id)
    if not two_factor and not removed:
        return None
    await second_factors.drop_pending_of(ctx, user_id)
    await close_all_sessions(ctx, user_id)
    return SecondSteps(two_factor, removed)
