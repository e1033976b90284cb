"""The authorities that this machine trusts, for every client of the process."""

import ssl
from functools import cache

import httpx


@cache
def certificates() -> ssl.SSLContext:
    """Read once, at the first client (as httpx would for each): it takes longer than many a request."""
    return httpx.create_ssl_context()
