"""Passwords at rest: argon2id with 19 MiB, two passes and one lane (as OWASP advises), off the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_THREADS = ThreadPoolExecutor(2, "passwords")  # a burst of sign-ins must take neither all cores nor all memory
_NOBODY = _HASHER.hash("nobody has this password")


async def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def is_password(password: str, stored: str | None) -> bool:
    """Whether this is the password. Without an account (None), or for one that has none (empty), the answer is no and
    takes just as long."""
    right = await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, password, stored or _NOBODY)
    return right and bool(stored)


def _verify(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the parameters were raised since this was stored."""
    return _HASHER.check_needs_rehash(stored)
