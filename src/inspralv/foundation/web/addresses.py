"""Public addresses: built from what is configured and verified, never from a request's Host header."""

from __future__ import annotations

import msgspec

_USUAL = {"http": 80, "https": 443}


class Addresses(msgspec.Struct, frozen=True):
    """`scheme` and `port` are what browsers use; `webhook_base` is where the voice providers reach us."""

    scheme: str
    port: int
    platform_host: str
    webhook_base: str

    def url(self, host: str | None, path: str) -> str:
        """Return the absolute address of a path on a partner's host (the platform's without one)."""
        port = "" if self.port == _USUAL[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host or self.platform_host}{port}{path}"


def hostname(host: str) -> str:
    """Return the name of a Host header, without port and trailing dot."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() else host).rstrip(".")


def is_below(name: str, platform_host: str) -> bool:
    """Whether a host name is the platform's own, or below it."""
    return name == platform_host or name.endswith(f".{platform_host}")
