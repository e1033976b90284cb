"""Composing: a template in HTML and text, in the partner's name, into the outbox, with the job that sends it."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7
from inspralv.foundation.mail.message import header
from inspralv.foundation.mail.sending import SEND, SendMail
from inspralv.foundation.web.templates import TemplateEngine

_INSERT = """
INSERT INTO mail_messages (partner_id, id, template, recipient, sender, subject, html, plain, created_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $now)
"""


class MailBrand(msgspec.Struct, frozen=True):
    """What a mail shows of the partner. `color` is #RRGGBB; `ink` is readable on it."""

    name: str
    color: str
    ink: str
    address: str
    support_email: str | None = None


class Mailer:
    """`sender` is the configured address; the name in front of it is the partner's."""

    def __init__(self, engine: TemplateEngine, sender: str) -> None:
        self._engine = engine
        self._address = parseaddr(sender)[1]

    async def post(self, ctx: Context, brand: MailBrand, template: str, recipient: str, subject: str, model: object) -> None:
        """Write a mail to the outbox in this transaction; `mail/<template>.html` and `.txt` see `vm` and `brand`.

        A name or subject that somebody typed cannot break out of its header.
        """
        message_id = uuid7(ctx.now)
        sender = str(Address(header(brand.name)[:78], addr_spec=self._address))
        body = {kind: self._engine.render(f"mail/{template}.{kind}", vm=model, brand=brand) for kind in ("html", "txt")}
        await ctx.execute(
            _INSERT, message_id, template, header(recipient), sender, header(subject)[:200], body["html"], body["txt"]
        )
        ctx.defer(SEND(SendMail(message_id)))
