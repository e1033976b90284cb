"""The ways mail leaves the house."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any, Literal, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_time
from inspralv.foundation.mail.message import Message, header
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.egress import Egress
from inspralv.foundation.outbound.errors import EgressRefused, Unreachable

_DEADLINE = 20.0  # seconds
_SUBMISSION, _TLS = 587, 465
_PERMANENT = 500  # SMTP replies from here on mean "do not try again" (RFC 5321, 4.2.1)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_LONGEST_NAME = 78
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}  # so that nobody's absence notice answers (RFC 3834, 5)

Security = Literal["starttls", "tls", "none"]


class NotAccepted(Exception):
    """The other side refused the mail for good; trying again does not help."""

    permanent = True


class NotNow(Exception):
    """The other side could not take the mail; `retry_after` is in seconds, None when it did not say."""

    def __init__(self, told: str, retry_after: float | None = None) -> None:
        super().__init__(told)
        self.retry_after = retry_after


class Transport(Protocol):
    """`label` tells people which one is in use; `leaves` is false when mail stays here to be read."""

    label: str
    leaves: bool

    async def send(self, message: Message) -> None:
        """Hand the mail over. Raises NotAccepted; anything else asks for another try."""
        ...


class Mailbox:
    """Keeps mail where it is: in the database, with a page to read it. Needs no account."""

    label = "the mailbox on this page; nothing leaves this installation"
    leaves = False

    async def send(self, message: Message) -> None:
        """Nothing to do: the outbox is the mailbox."""


class Smtp:
    """A mail server, as smtp://user:password@host:587 (STARTTLS) or smtps://…:465.

    A password is never sent over a plain connection, unless the server is on this machine.
    """

    leaves = True

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (_TLS if self._tls else _SUBMISSION)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        needs_tls = self._user is not None and self._host not in _LOOPBACK
        self._start_tls = True if needs_tls and not self._tls else None  # None: where it is offered
        self.label = f"the mail server {self._host}"

    async def _reach(self) -> dict[str, Any]:
        """Return where the connection goes, as the SMTP client takes it."""
        return {"hostname": self._host, "port": self._port}

    async def send(self, message: Message) -> None:
        place = await self._reach()
        try:
            await aiosmtplib.send(
                _as_mime(message), **place, username=self._user, password=self._password,
                use_tls=self._tls, start_tls=None if self._tls else self._start_tls, timeout=_DEADLINE,
            )  # fmt: skip
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPConnectResponseError) as error:
            raise NotNow(_reply(error)) from None  # not the mail's fault
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0]) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error) from None


class MailServer(msgspec.Struct, frozen=True):
    """A mail server that a partner names. With "none" nothing is encrypted, and no password is sent."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = None


class GuardedSmtp(Smtp):
    """A mail server whose address was typed by people: on the public internet only, and the connection goes to the very
    address that was judged, while TLS keeps the name."""

    def __init__(self, server: MailServer, egress: Egress) -> None:
        self._host, self._port, self._egress = server.host, server.port, egress
        self._tls = server.security == "tls"
        self._start_tls = server.security == "starttls"
        encrypted = server.security != "none"
        self._user = server.user if encrypted else None
        self._password = server.password if encrypted else None
        self.label = f"the mail server {server.host}"

    async def _reach(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_DEADLINE):
                address = await self._egress.admit_host(self._host, self._port)
                return {"hostname": self._host, "sock": await _connected(str(address), self._port)}
        except EgressRefused as error:
            raise NotAccepted(str(error)) from error
        except (TimeoutError, OSError, Unreachable) as error:
            raise NotNow(f"{self._host} cannot be reached on port {self._port}: {_said(error)}") from error


async def _connected(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.setblocking(False)  # noqa: FBT003 - the socket's own signature
    try:
        await asyncio.get_running_loop().sock_connect(connection, (address, port))
    except BaseException:
        connection.close()
        raise
    return connection


def _said(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else str(error)


class Resend:
    """resend.com's API (https://resend.com/docs/api-reference/emails/send-email)."""

    label = "Resend"
    leaves = True

    def __init__(self, key: str, outbound: Outbound, base: str = "https://api.resend.com") -> None:
        self._key = key
        self._outbound = outbound
        self._base = base

    async def send(self, message: Message) -> None:
        answer = await self._outbound.request(
            "POST", f"{self._base}/emails", deadline=_DEADLINE, breaker="resend", idempotent=True,
            headers={"authorization": f"Bearer {self._key}", "idempotency-key": str(message.id)},
            json={"from": message.sender, "to": [message.recipient], "subject": message.subject, "html": message.html,
                  "text": message.plain, "headers": _AUTOMATIC, **({"reply_to": message.reply_to} if message.reply_to else {})},
        )  # fmt: skip
        if answer.is_success:
            return
        told = f"{answer.status} {answer.body[:300].decode(errors='replace')}"
        if answer.status in {400, 422}:
            raise NotAccepted(told)
        raise NotNow(told, answer.retry_after())


class Way(msgspec.Struct, frozen=True):
    """How a partner's mail leaves. A name or address of the sender takes the place of the composed one."""

    transport: Transport
    sender_name: str | None = None
    sender_address: str | None = None

    def signed(self, message: Message) -> Message:
        """Return the mail with this way's sender. A name that somebody typed cannot break out of its header."""
        name, address = parseaddr(message.sender)
        shown = header(self.sender_name or name)[:_LONGEST_NAME]
        sender = str(Address(shown, addr_spec=self.sender_address or address))
        return msgspec.structs.replace(message, sender=sender)


Chooser = Callable[[Context, Transport], Awaitable[Way]]


async def as_the_platform(_ctx: Context, platform: Transport) -> Way:
    """Choose the platform's own transport for everybody."""
    return Way(platform)


class Post(msgspec.Struct, frozen=True):
    """How mail leaves, as a part of the services: the platform's transport, and who chooses for a partner."""

    transport: Transport
    choose: Chooser = as_the_platform

    async def way(self, ctx: Context) -> Way:
        """Return the way of the context's partner; the context sees the whole partner."""
        return await self.choose(ctx, self.transport)


def _as_mime(message: Message) -> EmailMessage:
    """Return the mail as it travels. The id makes a repeated delivery recognisable."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = message.sender, message.recipient, message.subject
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    mail["Date"] = format_datetime(uuid7_time(message.id))
    mail["Message-ID"] = f"<{message.id}@{parseaddr(message.sender)[1].partition('@')[2]}>"
    for name, value in _AUTOMATIC.items():
        mail[name] = value
    mail.set_content(message.plain)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _refusal(reply: aiosmtplib.SMTPResponseException) -> Exception:
    return NotAccepted(_reply(reply)) if reply.code >= _PERMANENT else NotNow(_reply(reply))


def _reply(reply: aiosmtplib.SMTPResponseException) -> str:
    """What a server answered. Bytes that are no text become question marks: neither a database nor a log takes them, so
    the client's own error is not carried along either."""
    return f"{reply.code} {reply.message}".encode(errors="replace").decode()
