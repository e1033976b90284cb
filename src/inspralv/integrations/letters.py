"""The mail of this slice, in the partner's brand."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.language.texts import Text
from inspralv.foundation.mail.mailer import Mailer
from inspralv.integrations.check_queries import BadKey, Keeper
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.mail_brand import mail_brand, page_url


class KeyLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the mail about a refused key says; never the key."""

    link: str
    name: str
    key: str
    provider: str
    reason: str


async def tell_of_bad_key(
    ctx: Context, partner: Partner, keeper: Keeper, integration_id: UUID, bad: BadKey, label: str
) -> None:
    """Tell somebody who can replace it that the provider refuses a key."""
    letter = KeyLetter(
        link=page_url(ctx, partner, f"/org/integrations/{integration_id}"), name=keeper.first_name, key=bad.name,
        provider=label, reason=bad.key_error or "",
    )  # fmt: skip
    subject = Text("%(provider)s no longer accepts the key “%(key)s”", provider=label, key=bad.name)
    brand = await mail_brand(ctx, partner, keeper.email)
    await ctx.services.get(Mailer).post(ctx, brand, "key_problem", keeper.email, subject, letter)
