"""A mail server and a mail API for tests: they take what is sent and say what they are told to say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class PostOffice:
    """`replies` maps the start of a command to the reply it gets instead of the usual one; `pause` is how long it takes
    to think about a mail, in seconds."""

    port: int
    pause: float = 0
    replies: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak SMTP (RFC 5321) with one client."""
        self._say(writer, self.replies.get("connect", "220 post office"))
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            verb = line.split(" ")[0].split(":")[0].upper()
            told = next(
                (reply for start, reply in self.replies.items() if line.upper().startswith(start.upper())), None
            )
            if told is not None:
                self._say(writer, told)
            elif verb == "EHLO":
                self._say(writer, "250-post office", "250 AUTH PLAIN LOGIN")
            elif verb == "DATA":
                self._say(writer, "354 go on")
                body = await reader.readuntil(b"\r\n.\r\n")
                await asyncio.sleep(self.pause)
                after = self.replies.get("body", "250 taken")
                if after.startswith("250"):
                    self.taken.append(message_from_bytes(body[:-5], policy=policy.default))  # type: ignore[arg-type]
                self._say(writer, after)
            elif verb == "QUIT":
                self._say(writer, "221 bye")
                break
            else:
                self._say(writer, "235 welcome" if verb == "AUTH" else "250 fine")
        writer.close()

    @staticmethod
    def _say(writer: asyncio.StreamWriter, *lines: str) -> None:
        writer.write("".join(f"{line}\r\n" for line in lines).encode(errors="surrogateescape"))


@asynccontextmanager
async def open_post_office(port: int) -> AsyncIterator[PostOffice]:
    """Run a mail server on a port of this machine."""
    office = PostOffice(port)
    server = await asyncio.start_server(office.serve, "127.0.0.1", port)
    async with server:
        yield office


@dataclass
class MailApi:
    """An HTTP API that answers every request with `status`."""

    url: str = ""
    status: str = "200 OK"
    headers: str = ""
    seen: list[tuple[dict[str, str], Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        self.seen.append((headers, json.loads(await reader.readexactly(int(headers["content-length"])))))
        body = '{"message":"told"}'
        writer.write(
            f"HTTP/1.1 {self.status}\r\n{self.headers}content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def open_mail_api() -> AsyncIterator[MailApi]:
    """Run a mail API on this machine."""
    api = MailApi()
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield api
