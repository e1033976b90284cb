"""Guard for addresses that users give us: they may point at the open internet only.

The name is resolved here and the connection goes to the very address that was judged, so that a second lookup
cannot answer differently (DNS rebinding). Redirects pass through the same transport and are judged again.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from inspralv.foundation.language.stored import Stored
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.outbound.errors import EgressRefused, Unreachable

NO_WEB_ADDRESS = Stored("only http and https addresses can be called")
WITH_USER = Stored("an address must not carry a user name or password")
NOT_PUBLIC = Stored("%(host)s is not on the public internet")
NOT_RESOLVED = Stored("%(host)s cannot be resolved")
Address = IPv4Address | IPv6Address

NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class Egress:
    def __init__(self, *, allow: Iterable[str] = ()) -> None:
        """`allow` names networks ("10.1.0.0/16") that are let through although they are not public."""
        self._allowed: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(network) for network in allow)

    async def admit(self, url: httpx.URL) -> Address:
        """The address to connect to. Raises EgressRefused, or Unreachable when the name has no address."""
        if url.scheme not in {"http", "https"} or not url.host:
            raise EgressRefused(NO_WEB_ADDRESS())
        if url.userinfo:
            raise EgressRefused(WITH_USER())
        port = url.port or (443 if url.scheme == "https" else 80)
        return await self.admit_host(url.raw_host.decode("ascii"), port)

    async def admit_host(self, host: str, port: int) -> Address:
        """The address to connect to for a host name. Raises EgressRefused, or Unreachable when it has no address."""
        addresses = await self._resolve(host, port)
        if any(not self.is_allowed(address) for address in addresses):
            raise EgressRefused(NOT_PUBLIC(host=host))
        return addresses[0]

    def is_allowed(self, address: Address) -> bool:
        if any(address in network for network in self._allowed):
            return True
        inner = _embedded(address)
        if inner is not None:
            return self.is_allowed(inner)
        return address.is_global and not address.is_multicast

    async def _resolve(self, host: str, port: int) -> list[Address]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unreachable(NOT_RESOLVED(host=host), maybe_sent=False) from error
        return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, when it is only a wrapping."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to the judged address while TLS and the Host header keep the name that was asked for."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        # Kept connections are pooled by address alone, and two names may share one: none is kept.
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=certificates(), limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address = await self._egress.admit(request.url)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=str(address)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.raw_host.decode("ascii")},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        await self._inner.aclose()
