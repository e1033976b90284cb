"""The ways mail leaves the house."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from inspralv.foundation.ids import uuid7_time
from inspralv.foundation.mail.message import Message
from inspralv.foundation.outbound.client import Outbound

_DEADLINE = 20.0  # seconds
_SUBMISSION, _TLS = 587, 465
_PERMANENT = 500  # SMTP replies from here on mean "do not try again" (RFC 5321, 4.2.1)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


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

    async def send(self, message: Message) -> None:
        try:
            await aiosmtplib.send(
                _as_mime(message), hostname=self._host, port=self._port, username=self._user, password=self._password,
                use_tls=self._tls, start_tls=None if self._tls else self._start_tls, timeout=_DEADLINE,
            )  # fmt: skip
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPConnectResponseError) as error:
            raise NotNow(f"{error.code} {error.message}") from error  # not the mail's fault
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0]) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _refusal(error) from error


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
                  "text": message.plain},
        )  # fmt: skip
        if answer.is_success:
            return
        told = f"{answer.status} {answer.body[:300].decode(errors='replace')}"
        if answer.status in {400, 422}:
            raise NotAccepted(told)
        raise NotNow(told, answer.retry_after())


class Post(msgspec.Struct, frozen=True):
    """The transport in use, as a part of the services."""

    transport: Transport


def _as_mime(message: Message) -> EmailMessage:
    """Return the mail as it travels. The id makes a repeated delivery recognisable."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = message.sender, message.recipient, message.subject
    mail["Date"] = format_datetime(uuid7_time(message.id))
    mail["Message-ID"] = f"<{message.id}@{parseaddr(message.sender)[1].partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.plain)
    mail.add_alternative(message.html, subtype="html")
    return mail


def _refusal(reply: aiosmtplib.SMTPResponseException) -> Exception:
    told = f"{reply.code} {reply.message}"
    return NotAccepted(told) if reply.code >= _PERMANENT else NotNow(told)
