"""Mail settings as the API and the pages tell them."""

from __future__ import annotations

import re

from inspralv.branding.mail_schemas import MailRow, MailSettings
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.transports import Post
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.directory import has_white_label

_SECRET_PARTS = re.compile(r"((?:token|code|key)=)[A-Za-z0-9_%.~-]+")
_HIDDEN = "•" * 8


def settings_of(ctx: PartnerContext, row: MailRow) -> MailSettings:
    """Return what may be told of stored settings: no secret."""
    platform = ctx.services.get(Post).transport
    in_use = has_white_label(ctx.partner)
    own = {"smtp": f"the mail server {row.smtp_host}", "resend": _("Resend")} if in_use else {}
    return MailSettings(
        in_use=in_use, way=row.way, sender_name=row.sender_name, sender_address=row.sender_address,
        reply_to=ctx.partner.branding.support_email, smtp_host=row.smtp_host, smtp_port=row.smtp_port,
        smtp_security=row.smtp_security, smtp_user=row.smtp_user, has_smtp_password=row.smtp_password is not None,
        resend_key_hint=row.resend_hint, sent_by=own.get(row.way, platform.label),
        leaves=row.way in own or platform.leaves, tested_at=row.tested_at, test_recipient=row.test_recipient,
        test_error=row.test_error,
    )  # fmt: skip


def without_secrets(text: str) -> str:
    """Return a mail's text for eyes other than the recipient's: what a link proves by its token stays hidden."""
    return _SECRET_PARTS.sub(rf"\1{_HIDDEN}", text)
