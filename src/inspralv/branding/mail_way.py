"""Which way a partner's mail takes: its own server or account, or the platform's."""

from __future__ import annotations

from dataclasses import dataclass

from inspralv.branding.mail_schemas import MailRow
from inspralv.branding.queries.mail_settings import find_row
from inspralv.branding.sealing import unseal
from inspralv.foundation.context import Context
from inspralv.foundation.mail.transports import GuardedSmtp, MailServer, Resend, Transport, Way
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.egress import Egress
from inspralv.tenancy.directory import has_white_label
from inspralv.tenancy.room import partner_of

RESEND = "https://api.resend.com"


@dataclass(frozen=True)
class OwnWays:
    """Chooses a partner's way. `egress` judges where mail servers may be; `resend` is the address of that API."""

    egress: Egress
    outbound: Outbound
    resend: str = RESEND

    async def choose(self, ctx: Context, platform: Transport) -> Way:
        """Return the way of the context's partner, which sees the whole partner: without white label the platform's.
        Raises CannotOpen when a secret was sealed with a key that is gone."""
        if not has_white_label(await partner_of(ctx)):
            return Way(platform)
        return self.way_of(ctx, await find_row(ctx), platform)

    def way_of(self, ctx: Context, row: MailRow, platform: Transport) -> Way:
        """Return the way that settings mean. Raises CannotOpen."""
        if row.way == "smtp":
            return Way(GuardedSmtp(_server_of(ctx, row), self.egress), row.sender_name, row.sender_address)
        if row.way == "resend":
            assert row.resend_key is not None
            key = unseal(ctx, "resend_key", row.resend_key)
            return Way(Resend(key, self.outbound, self.resend), row.sender_name, row.sender_address)
        return Way(platform, row.sender_name)


def _server_of(ctx: Context, row: MailRow) -> MailServer:
    assert row.smtp_host is not None
    assert row.smtp_port is not None
    password = unseal(ctx, "smtp_password", row.smtp_password) if row.smtp_password else None
    return MailServer(row.smtp_host, row.smtp_port, row.smtp_security, row.smtp_user, password)
