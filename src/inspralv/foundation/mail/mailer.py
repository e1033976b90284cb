"""Composing: a template in HTML and text, in the partner's name, into the outbox, with the job that sends it."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.languages import SOURCE, Language, speaking
from inspralv.foundation.language.texts import Text
from inspralv.foundation.mail import queries
from inspralv.foundation.mail.message import Message, header
from inspralv.foundation.mail.sending import send_job
from inspralv.foundation.web.templates import TemplateEngine

_LONGEST_NAME, _LONGEST_SUBJECT = 78, 200


class MailBrand(msgspec.Struct, frozen=True):
    """What a mail shows of the partner. `color` is #RRGGBB, `ink` readable on it, `address` its front door; `links` are
    (label, address) pairs below the mail. Answers go to `support_email`; `language` is that of the reader."""

    name: str
    color: str
    ink: str
    address: str
    support_email: str | None = None
    logo_url: str | None = None
    footer_text: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    language: Language = SOURCE


class Mailer:
    """`sender` is the configured one; its address stays, the name in front of it becomes the partner's."""

    def __init__(self, engine: TemplateEngine, sender: str) -> None:
        self._engine = engine
        self._address = parseaddr(sender)[1]

    async def post(
        self, ctx: Context, brand: MailBrand, template: str, recipient: str, subject: Text, model: object
    ) -> None:
        """Write a mail to the outbox in this transaction, with the job that sends it."""
        message = self.compose(ctx, brand, template, recipient, subject, model)
        await queries.add_message(ctx, template, message)
        ctx.defer(send_job(message.id))

    def compose(
        self, ctx: Context, brand: MailBrand, template: str, recipient: str, subject: Text | str, model: object
    ) -> Message:
        """Return a mail; `mail/<template>.html` and `.txt` see `vm` and `brand`.

        A name or subject that somebody typed cannot break out of its header.
        """
        name = header(brand.name)[:_LONGEST_NAME]
        with speaking(brand.language):
            html = self._engine.render(f"mail/{template}.html", vm=model, brand=brand)
            plain = self._engine.render(f"mail/{template}.txt", vm=model, brand=brand)
            headline = header(str(subject))[:_LONGEST_SUBJECT]
        return Message(
            id=uuid7(ctx.now), sender=str(Address(name, addr_spec=self._address)), recipient=header(recipient),
            subject=headline, html=html, plain=plain,
            reply_to=header(brand.support_email) if brand.support_email else None,
        )  # fmt: skip
