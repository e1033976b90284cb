"""A small name server that plays the Domain Name System: real DNS over UDP and TCP, with records that anybody may set."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset

Outage = Literal["", "servfail", "silence"]
Records = dict[str, dict[str, list[str]]]
TYPES = ("A", "AAAA", "CNAME", "TXT")
_TTL = 5
_MOST_ALIASES = 8
_LONGEST_STRING = 255  # RFC 1035 3.3


class NameServer:
    """Knows `records` as name → type → values, and answers with authority for everything; what it does not know does not
    exist. During an `outage` it answers SERVFAIL, or nothing, to questions `below` a name. `file` keeps the records over a restart."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.records: Records = json.loads(file.read_text()) if file and file.exists() else {}
        self.outage: Outage = ""
        self.below = ""

    def put(self, name: str, kind: str, values: list[str]) -> None:
        """Set the records of a name and type; without values, take them away. Raises ValueError for what no zone file
        could hold."""
        if kind not in TYPES:
            raise ValueError(f"type must be one of {', '.join(TYPES)}")
        plain = name.rstrip(".").lower()
        try:
            dns.name.from_text(plain)
            for value in values:
                _record(kind, value)
        except (dns.exception.DNSException, UnicodeError) as error:
            raise ValueError(str(error) or type(error).__name__) from None
        kinds = self.records.setdefault(plain, {})
        if values:
            kinds[kind] = values
        else:
            kinds.pop(kind, None)
        if not kinds:
            del self.records[plain]
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self.records))

    def answer(self, wire: bytes, most: int | None = None) -> bytes | None:
        """Return the answer to a question on the wire, cut to `most` bytes if given; None when there is none."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        outage = self.outage if all(self._is_below(asked.name) for asked in query.question) else ""
        if outage == "silence":
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA
        if outage == "servfail" or len(query.question) != 1:
            reply.set_rcode(dns.rcode.SERVFAIL if outage else dns.rcode.FORMERR)
        else:
            self._fill(reply, query.question[0].name, query.question[0].rdtype)
        packet: bytes = reply.to_wire(max_size=65535)
        if most is not None and len(packet) > max(most, query.payload):
            short = dns.message.make_response(query)
            short.flags |= dns.flags.AA | dns.flags.TC
            packet = short.to_wire()
        return packet

    def _is_below(self, name: dns.name.Name) -> bool:
        return name.is_subdomain(dns.name.from_text(self.below))

    def _fill(self, reply: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> None:
        wanted = dns.rdatatype.to_text(kind)
        for _ in range(_MOST_ALIASES):
            plain = name.to_text(omit_final_dot=True).lower()
            kinds = self.records.get(plain)
            if kinds is None:
                below = any(known.endswith(f".{plain}") for known in self.records)
                reply.set_rcode(dns.rcode.NOERROR if below else dns.rcode.NXDOMAIN)
                return
            found = wanted if wanted in kinds else "CNAME" if "CNAME" in kinds else ""
            if not found:
                return
            reply.answer.append(dns.rrset.from_rdata_list(name, _TTL, [_record(found, one) for one in kinds[found]]))
            if found == wanted:
                return
            name = dns.name.from_text(kinds["CNAME"][0])


def _record(kind: str, value: str) -> dns.rdata.Rdata:
    if kind == "TXT":
        data = value.encode()
        strings = [data[i : i + _LONGEST_STRING] for i in range(0, len(data), _LONGEST_STRING)] or [b""]
        return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings)
    return dns.rdata.from_text(dns.rdataclass.IN, kind, value, dns.name.root, relativize=False)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        packet = self._server.answer(data, most=512)
        if packet is not None and self._transport is not None:
            self._transport.sendto(packet, addr)


@asynccontextmanager
async def serve_names(server: NameServer, host: str, port: int) -> AsyncIterator[None]:
    """Answer on UDP and TCP for the length of a block. Raises OSError when the port is taken."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                packet = server.answer(await reader.readexactly(length))
                if packet is None:
                    break
                writer.write(struct.pack("!H", len(packet)) + packet)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has what it wanted
        finally:
            writer.close()

    loop = asyncio.get_running_loop()
    datagrams, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(server), local_addr=(host, port))
    try:
        streams = await asyncio.start_server(converse, host, port)
        try:
            yield
        finally:
            streams.close()
    finally:
        datagrams.close()
