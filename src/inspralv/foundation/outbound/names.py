"""Questions to the Domain Name System."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.resolver
import msgspec

from inspralv.foundation.outbound.offline import refuse_inside_transaction

Kind = Literal["CNAME", "TXT", "A", "AAAA"]
_SECONDS = 6.0


class Records(msgspec.Struct, frozen=True):
    """What a question came to. Not `answered` means that no server did (time ran out, SERVFAIL, REFUSED), which says
    nothing about the name; `values` are then empty. Names have no trailing dot and small letters."""

    values: tuple[str, ...] = ()
    answered: bool = True


class NameServers:
    """Asks the given servers, as (address, port); without any, those of the system. Nothing is cached here."""

    def __init__(self, servers: Sequence[tuple[str, int]] = (), seconds: float = _SECONDS) -> None:
        self._servers = servers
        self._seconds = seconds

    async def ask(self, name: str, kind: Kind) -> Records:
        """Return the records of a name. A CNAME is told as such; for addresses it is followed."""
        refuse_inside_transaction(f"DNS {kind} {name}")
        try:
            answer = await self._resolver().resolve(
                name, kind, lifetime=self._seconds, raise_on_no_answer=False, search=False
            )
        except dns.resolver.NXDOMAIN:
            return Records()
        except dns.exception.DNSException:
            return Records(answered=False)
        return Records(tuple(sorted(_text(one) for one in answer.rrset or ())))

    def _resolver(self) -> dns.asyncresolver.Resolver:
        if not self._servers:
            return dns.asyncresolver.Resolver()
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [dns.nameserver.Do53Nameserver(address, port) for address, port in self._servers]
        return resolver


def _text(record: object) -> str:
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")  # not storable
    return str(record).rstrip(".").lower()
