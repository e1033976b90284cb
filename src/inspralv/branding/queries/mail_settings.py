"""The statements of mail settings. The context sees the whole partner."""

from __future__ import annotations

from inspralv.branding.mail_schemas import MailRow
from inspralv.foundation.context import Context

_FIELDS = """
version, way, sender_name, sender_address, smtp_host, smtp_port, smtp_security, smtp_user, smtp_password, resend_key,
resend_hint, tested_at, test_recipient, test_error
"""
_FIND = f"SELECT {_FIELDS} FROM mail_settings WHERE partner_id = $partner"  # noqa: S608 - constant columns
_SAVE = f"""
INSERT INTO mail_settings (partner_id, way, sender_name, sender_address, smtp_host, smtp_port, smtp_security, smtp_user,
                           smtp_password, resend_key, resend_hint, updated_at)
VALUES ($partner, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $now)
ON CONFLICT (partner_id) DO UPDATE
   SET version = mail_settings.version + 1, way = excluded.way, sender_name = excluded.sender_name,
       sender_address = excluded.sender_address, smtp_host = excluded.smtp_host, smtp_port = excluded.smtp_port,
       smtp_security = excluded.smtp_security, smtp_user = excluded.smtp_user, smtp_password = excluded.smtp_password,
       resend_key = excluded.resend_key, resend_hint = excluded.resend_hint, tested_at = NULL, test_recipient = NULL,
       test_error = NULL, updated_at = excluded.updated_at
 WHERE mail_settings.version = $1
RETURNING {_FIELDS}
"""  # noqa: S608 - constant columns
_NOTE_TEST = """
UPDATE mail_settings SET tested_at = $now, test_recipient = $2, test_error = $3
 WHERE partner_id = $partner AND version = $1
"""


async def find_row(ctx: Context) -> MailRow:
    """Return the partner's settings; those of the platform (version 0) when it has made none."""
    return await ctx.fetch_one(MailRow, _FIND) or MailRow()


async def save_row(ctx: Context, row: MailRow) -> MailRow | None:
    """Write settings over those of `row.version`; None when it is another one by now."""
    return await ctx.fetch_one(
        MailRow, _SAVE, row.version, row.way, row.sender_name, row.sender_address, row.smtp_host, row.smtp_port,
        row.smtp_security, row.smtp_user, row.smtp_password, row.resend_key, row.resend_hint,
    )  # fmt: skip


async def note_test(ctx: Context, version: int, recipient: str, error: str | None) -> None:
    """Keep the outcome of a test of settings that are still the same."""
    await ctx.execute(_NOTE_TEST, version, recipient, error)
