"""The ways mail leaves the house."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec

from inspralv.foundation.mail.message import Message
from inspralv.foundation.outbound.client import Outbound

_DEADLINE = 20.0
_SUBMISSION, _TLS = 587, 465


class NotAccepted(Exception):  # noqa: N818 - says what happened
    """The other side refused the mail for good; trying again does not help."""

    permanent = True


class Transport(Protocol):
    """`label` tells people which one is in use."""

    label: str

    async def send(self, message: Message) -> None:
        """Hand the mail over. Raises NotAccepted, or anything else for another try."""
        ...


class Mailbox:
    """Keeps mail where it is: in the database, with a page to read it. Needs no account."""

    label = "Mailbox (nothing leaves this installation)"

    async def send(self, message: Message) -> None:
        """Nothing to do: the outbox is the mailbox."""


class Smtp:
    """A mail server, as smtp://user:password@host:587 (STARTTLS where offered) or smtps://…:465."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (_TLS if self._tls else _SUBMISSION)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self.label = f"SMTP server {self._host}"

    async def send(self, message: Message) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = message.sender, message.recipient, message.subject
        mail["Message-ID"] = f"<{message.id}@{self._host}>"
        mail.set_content(message.plain)
        mail.add_alternative(message.html, subtype="html")
        try:
            await aiosmtplib.send(
                mail, hostname=self._host, port=self._port, username=self._user, password=self._password, use_tls=self._tls,
                timeout=_DEADLINE,
            )  # fmt: skip
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPSenderRefused) as error:
            raise NotAccepted(str(error)) from error


class Resend:
    """resend.com's API."""

    label = "Resend"

    def __init__(self, key: str, outbound: Outbound, base: str = "https://api.resend.com") -> None:
        self._key = key
        self._outbound = outbound
        self._base = base

    async def send(self, message: Message) -> None:
        answer = await self._outbound.request(
            "POST", f"{self._base}/emails", deadline=_DEADLINE, breaker="resend",
            headers={"authorization": f"Bearer {self._key}", "idempotency-key": str(message.id)},
            json={"from": message.sender, "to": [message.recipient], "subject": message.subject, "html": message.html, "text": message.plain},
        )  # fmt: skip
        if answer.is_success:
            return
        told = f"{answer.status}: {answer.body[:300].decode(errors='replace')}"
        if answer.status in {400, 403, 422}:
            raise NotAccepted(told)
        raise ConnectionError(told)


class Post(msgspec.Struct, frozen=True):
    """The transport in use, as a part of the services."""

    transport: Transport
