"""The mail about a limit, in the partner's brand."""

from __future__ import annotations

import msgspec

from inspralv.billing.queries import Owner
from inspralv.billing.reached import FULLY, Reached
from inspralv.foundation.context import Context
from inspralv.foundation.language.texts import N_, Text
from inspralv.foundation.mail.mailer import Mailer
from inspralv.foundation.mail.samples import LetterSample
from inspralv.foundation.web.formats import number
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.mail_brand import mail_brand, page_url
from inspralv.tenancy.plans import Limit

_THINGS = {
    Limit.WORKSPACES: N_("workspaces"),
    Limit.AGENTS: N_("agents"),
    Limit.USERS: N_("users"),
    Limit.MINUTES: N_("minutes of this month"),
    Limit.INTEGRATIONS: N_("provider keys"),
}


class LimitLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`place` is the organisation or the workspace; `full` tells all from four fifths."""

    link: str
    name: str
    place: str
    limit: str
    most: int
    full: bool
    subject: Text


async def tell_owner(ctx: Context, partner: Partner, owner: Owner, reached: Reached, path: str) -> None:
    """Tell an owner that a limit is nearly or fully used."""
    place = reached.place or partner.label
    full = reached.level == FULLY
    things = Text(_THINGS[reached.limit])
    if full:
        subject = Text(
            "%(place)s: all %(most)s %(things)s are used", place=place, most=lambda: number(reached.most), things=things
        )
    else:
        subject = Text(
            "%(place)s: 80%% of the %(most)s %(things)s are used",
            place=place,
            most=lambda: number(reached.most),
            things=things,
        )
    letter = LimitLetter(
        link=page_url(ctx, partner, path), name=owner.first_name, place=place, limit=reached.limit.value,
        most=reached.most, full=full, subject=subject,
    )  # fmt: skip
    brand = await mail_brand(ctx, partner, owner.email)
    await ctx.services.get(Mailer).post(ctx, brand, "limit_reached", owner.email, subject, letter)


SAMPLES = (
    LetterSample(
        "limit_reached", "Northwind Voice: 80% of the 5,000 minutes of this month are used",
        LimitLetter(
            link="https://voice.agency.example/org/plan", name="Jonas", place="Northwind Voice",
            limit=Limit.MINUTES.value, most=5000, full=False,
            subject=Text("Northwind Voice: 80%% of the 5,000 minutes of this month are used"),
        ),
    ),
)  # fmt: skip
