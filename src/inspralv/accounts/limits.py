"""How often somebody may try. Counted before anything is looked up, so that the answer tells nothing.

Sign-in is counted for the address together with where it comes from, so that nobody can lock out somebody else, and
more generously for each of both alone, so that neither many addresses nor many machines help in guessing.
"""

from __future__ import annotations

from datetime import timedelta

from inspralv.foundation.context import Context
from inspralv.foundation.web.limits import Limit, count_attempt, forget_attempts

_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
SIGN_IN = Limit("login", 5, _QUARTER)
SIGN_IN_SPREAD = Limit("login-spread", 50, _QUARTER)
SIGN_UP = Limit("signup", 3, _HOUR)
RESET = Limit("reset", 3, _HOUR)


async def count_sign_in(ctx: Context, email: str) -> None:
    """Count an attempt to sign in. Raises TooMany."""
    await count_attempt(ctx.services, SIGN_IN, _pair(ctx, email))
    await count_attempt(ctx.services, SIGN_IN_SPREAD, f"{ctx.partner_id} {email}")
    await count_attempt(ctx.services, SIGN_IN_SPREAD, f"{ctx.origin.ip}")


async def forget_sign_in(ctx: Context, email: str) -> None:
    """Start over after a success."""
    await forget_attempts(ctx.services, SIGN_IN, _pair(ctx, email))
    await forget_attempts(ctx.services, SIGN_IN_SPREAD, f"{ctx.partner_id} {email}")


async def count_mail(ctx: Context, limit: Limit, email: str) -> None:
    """Count something that sends a mail, for the sender and for the mailbox. Raises TooMany."""
    await count_attempt(ctx.services, limit, f"{ctx.origin.ip}")
    await count_attempt(ctx.services, limit, f"{ctx.partner_id} {email}")


def _pair(ctx: Context, email: str) -> str:
    return f"{ctx.partner_id} {ctx.origin.ip} {email}"
