"""How often somebody may try. Counted before anything is looked up, so that the answer tells nothing.

Sign-in is counted for the address together with where it comes from, so that nobody can lock out somebody else, and
more generously for each of both alone, so that neither many addresses nor many machines help in guessing.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.foundation.web.limits import Limit, count_attempt, forget_attempts

_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)
_SITE = 64  # bits of an IPv6 address that one connection is given

SIGN_IN = Limit("sign-in", 5, _QUARTER)
SIGN_IN_ACCOUNT = Limit("sign-in, account", 50, _QUARTER)
SIGN_IN_NETWORK = Limit("sign-in, network", 50, _QUARTER)
SIGN_UP = Limit("sign-up", 3, _HOUR)
RESET = Limit("password reset", 3, _HOUR)
CODE = Limit("second factor", 5, _QUARTER)
PROOF = Limit("password, again", 5, _QUARTER)
ADDRESS = Limit("change of address", 3, _HOUR)
ADDRESS_PERSON = Limit("change of address, person", 5, _HOUR)
PASSKEY = Limit("passkey", 60, _QUARTER)
EXPORT = Limit("copy of one's data", 5, timedelta(days=1))
PROVIDER = Limit("sign-in, provider", 60, _QUARTER)
LINK = Limit("password reset, link", 3, _HOUR)


async def count_sign_in(ctx: Context, email: str) -> None:
    """Count an attempt to sign in. Raises TooMany."""
    await count_attempt(ctx.services, SIGN_IN, _pair(ctx, email))
    await count_attempt(ctx.services, SIGN_IN_ACCOUNT, _account(ctx, email))
    await count_attempt(ctx.services, SIGN_IN_NETWORK, network_of(ctx))


async def forget_sign_in(ctx: Context, email: str) -> None:
    """Start over after a success. The network's count stays: one's own account must not pay for guessing others."""
    await forget_attempts(ctx.services, SIGN_IN, _pair(ctx, email))
    await forget_attempts(ctx.services, SIGN_IN_ACCOUNT, _account(ctx, email))


async def count_mail(ctx: Context, limit: Limit, email: str) -> None:
    """Count something that sends a mail, for the sender and for the mailbox. Raises TooMany."""
    await count_attempt(ctx.services, limit, network_of(ctx))
    await count_attempt(ctx.services, limit, _account(ctx, email))


async def count_code(ctx: Context, user_id: UUID) -> None:
    """Count a code of a second factor. Raises TooMany."""
    await count_attempt(ctx.services, CODE, f"{ctx.partner_id} {user_id}")


async def forget_code(ctx: Context, user_id: UUID) -> None:
    """Start over after a right code."""
    await forget_attempts(ctx.services, CODE, f"{ctx.partner_id} {user_id}")


async def count_proof(ctx: Context, user_id: UUID) -> None:
    """Count a password that a signed-in person says again. Raises TooMany."""
    await count_attempt(ctx.services, PROOF, f"{ctx.partner_id} {user_id}")


async def forget_proof(ctx: Context, user_id: UUID) -> None:
    """Start over after the right password."""
    await forget_attempts(ctx.services, PROOF, f"{ctx.partner_id} {user_id}")


async def count_address(ctx: Context, user_id: UUID) -> None:
    """Count a wish for another address, whichever. Raises TooMany."""
    await count_attempt(ctx.services, ADDRESS_PERSON, f"{ctx.partner_id} {user_id}")


async def count_export(ctx: Context, user_id: UUID) -> None:
    """Count a wish for a copy of one's data. Raises TooMany."""
    await count_attempt(ctx.services, EXPORT, f"{ctx.partner_id} {user_id}")


async def count_passkey(ctx: Context) -> None:
    """Count a question to a passkey or its answer. Raises TooMany."""
    await count_attempt(ctx.services, PASSKEY, network_of(ctx))


async def count_provider(ctx: Context) -> None:
    """Count a way to an identity provider or back. Raises TooMany."""
    await count_attempt(ctx.services, PROVIDER, network_of(ctx))


async def count_bad_link(ctx: Context) -> None:
    """Count a link that does not work. Raises TooMany."""
    await count_attempt(ctx.services, LINK, network_of(ctx))


def _pair(ctx: Context, email: str) -> str:
    return f"{network_of(ctx)} {_account(ctx, email)}"


def _account(ctx: Context, email: str) -> str:
    return f"{ctx.partner_id} {email}"


def network_of(ctx: Context) -> str:
    """Return the caller's address; of an IPv6 address the network, since each connection has billions."""
    given = ctx.origin.ip or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Address(int(address) >> _SITE << _SITE))
    return given
