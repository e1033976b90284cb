"""The mail about a limit, in the partner's brand."""

from __future__ import annotations

import msgspec

from inspralv.billing.queries import Owner
from inspralv.billing.reached import FULLY, Reached
from inspralv.foundation.context import Context
from inspralv.foundation.mail.mailer import Mailer
from inspralv.foundation.mail.samples import LetterSample
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.mail_brand import mail_brand, page_url
from inspralv.tenancy.plans import Limit

_THINGS = {
    Limit.WORKSPACES: "workspaces",
    Limit.AGENTS: "agents",
    Limit.USERS: "users",
    Limit.MINUTES: "minutes of this month",
    Limit.INTEGRATIONS: "provider keys",
}


class LimitLetter(msgspec.Struct, frozen=True, kw_only=True):
    """`place` is the organisation or the workspace; `full` tells all from four fifths."""

    link: str
    name: str
    place: str
    limit: str
    most: int
    full: bool
    subject: str


async def tell_owner(ctx: Context, partner: Partner, owner: Owner, reached: Reached, path: str) -> None:
    """Tell an owner that a limit is nearly or fully used."""
    place = reached.place or partner.label
    full = reached.level == FULLY
    subject = f"{place}: {'all' if full else '80% of the'} {reached.most:,} {_THINGS[reached.limit]} are used"
    letter = LimitLetter(
        link=page_url(ctx, partner, path), name=owner.first_name, place=place, limit=reached.limit.value,
        most=reached.most, full=full, subject=subject,
    )  # fmt: skip
    await ctx.services.get(Mailer).post(ctx, mail_brand(ctx, partner), "limit_reached", owner.email, subject, letter)


SAMPLES = (
    LetterSample(
        "limit_reached", "Northwind Voice: 80% of the 5,000 minutes of this month are used",
        LimitLetter(
            link="https://voice.agency.example/org/plan", name="Jonas", place="Northwind Voice",
            limit=Limit.MINUTES.value, most=5000, full=False,
            subject="Northwind Voice: 80% of the 5,000 minutes of this month are used",
        ),
    ),
)  # fmt: skip
