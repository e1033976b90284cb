"""Changing how mail leaves, trying it, and sending a failed mail again. The context sees the whole partner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from msgspec import UNSET

from inspralv.accounts.schemas import plain_address
from inspralv.branding import policy
from inspralv.branding.events import MailRepeated, MailSettingsChanged
from inspralv.branding.letters import TestLetter
from inspralv.branding.mail_schemas import MailChange, MailRow, TestOutcome
from inspralv.branding.queries.mail_settings import find_row, note_test, save_row
from inspralv.branding.sealing import SealedName, seal
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import Text, _
from inspralv.foundation.mail import log, queries
from inspralv.foundation.mail.mailer import Mailer
from inspralv.foundation.mail.sending import told
from inspralv.foundation.mail.transports import Post, Way
from inspralv.foundation.secrets import CannotOpen
from inspralv.foundation.web.etag import require_version
from inspralv.foundation.web.limits import Limit, count_attempt
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.directory import has_white_label
from inspralv.tenancy.mail_brand import mail_brand, page_url
from inspralv.tenancy.room import partner_of

TESTS = Limit("mail_test", 10, timedelta(hours=1))
_HINT = 4
_SECRETS: tuple[SealedName, ...] = ("smtp_password", "resend_key")


async def change_mail(ctx: Context, change: MailChange, expected: int | None = None) -> MailRow:
    """Change what was sent. Raises Invalid; Forbidden without white label; Conflict when `expected` is not the version,
    or somebody was faster."""
    sent = [name for name in change.__struct_fields__ if getattr(change, name) is not UNSET]
    policy.require_white_label(await partner_of(ctx), sent)
    current = await find_row(ctx)
    require_version(current.version, expected)
    wanted = _changed(ctx, current, change)
    policy.require_mail(
        wanted, has_password=wanted.smtp_password is not None, has_key=wanted.resend_key is not None
    )  # fmt: skip
    old, new = changes(policy.told(current), policy.told(wanted))
    secret = any(getattr(current, name) != getattr(wanted, name) for name in _SECRETS)
    if not new and not secret:
        return current
    saved = await save_row(ctx, wanted)
    if saved is None:
        raise Conflict(_("Somebody else changed this just now. Reload and try again."))
    replaced = {f"{name}_replaced": True for name in _SECRETS if isinstance(getattr(change, name), str)}
    ctx.record(MailSettingsChanged(entity_id=ctx.partner_id, old=old, new={**new, **replaced}))
    return saved


async def send_test(ctx: PartnerContext) -> TestOutcome:
    """Send a mail to the caller, now, by the way that is set, and keep what came of it. Raises TooMany."""
    await count_attempt(ctx.services, TESTS, str(ctx.partner_id))
    row = await find_row(ctx)
    letter = TestLetter(link=page_url(ctx, ctx.partner, "/org/mail"), name=ctx.me.name)
    brand = await mail_brand(ctx, ctx.partner, ctx.me.email)
    subject = Text("Test mail of %(site)s", site=ctx.partner.label)
    message = ctx.services.get(Mailer).compose(ctx, brand, "mail_test", ctx.me.email, subject, letter)
    way, error = None, None
    try:
        way = await ctx.services.get(Post).way(ctx)
        message = way.signed(message)
        async with ctx.on_the_network():
            await way.transport.send(message)
    except CannotOpen:
        error = _("The stored secret cannot be opened any more. Enter it again.")
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is the outcome that was asked for
        error = told(fault)[:500]
    await queries.add_message(ctx, "mail_test", message)
    sent_by = way.transport.label if way else ""
    await _keep(ctx, way, message.id, sent_by, error)
    if has_white_label(ctx.partner):  # else it was the platform's way that was tried
        await note_test(ctx, row.version, ctx.me.email, error)
    status = "failed" if error else "sent" if way and way.transport.leaves else "kept"
    return msgspec.convert(
        {"id": message.id, "status": status, "recipient": ctx.me.email, "sent_by": sent_by, "error": error}, TestOutcome
    )


async def _keep(ctx: Context, way: Way | None, message_id: Any, sent_by: str, error: str | None) -> None:
    message = await queries.find_unsent(ctx, message_id)
    assert message is not None
    if error is not None or way is None:
        await queries.mark_failed(ctx, message_id, error or "")
    elif way.transport.leaves:
        await queries.mark_sent(ctx, message, sent_by)
    else:
        await queries.mark_kept(ctx, message, sent_by)


async def send_again(ctx: Context, message_id: Any) -> None:
    """Send a failed mail again. Raises NotFound, Conflict."""
    recipient = await log.send_again(ctx, message_id)
    new = {"recipient": recipient, "status": "queued"}
    ctx.record(MailRepeated(entity_id=message_id, old={"status": "failed"}, new=new))


def _changed(ctx: Context, current: MailRow, change: MailChange) -> MailRow:
    sent: dict[str, Any] = {}
    for name in change.__struct_fields__:
        value = getattr(change, name)
        if value is UNSET:
            continue
        sent[name] = _clean(value)
    if sent.get("sender_address"):
        sent["sender_address"] = plain_address(sent["sender_address"])
    if sent.get("smtp_host"):
        sent["smtp_host"] = sent["smtp_host"].lower()
    if "resend_key" in sent:
        key = sent["resend_key"]
        sent["resend_hint"] = key[-min(_HINT, len(key) // 3) :] if key and len(key) > _HINT else None
    for name in _SECRETS:
        if sent.get(name):
            sent[name] = seal(ctx, name, sent[name])
    return msgspec.structs.replace(current, **sent)


def _clean(value: Any) -> Any:
    return value.strip() or None if isinstance(value, str) else value
