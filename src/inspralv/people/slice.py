"""People as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.accounts.events import AccountDeleted
from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.people import reactions, tasks
from inspralv.people.api import accepting as accepting_api
from inspralv.people.api import team, workspace
from inspralv.people.letter_samples import SAMPLES
from inspralv.people.pages import accepting, invitations, members
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="people",
    routes=(
        *team.ROUTES,
        *workspace.ROUTES,
        *accepting_api.ROUTES,
        *members.ROUTES,
        *invitations.ROUTES,
        *accepting.ROUTES,
    ),
    tasks=(tasks.SWEEP, tasks.TAKE_BACK),
    reactions=((AccountDeleted, reactions.take_back_links),),
    schedules=(tasks.SWEEPING,),
    nav=(
        NavEntry("workspace", N_("Workspace"), N_("Members"), "/members", "users", P.MEMBERS_READ, "g m", 700),
        NavEntry("organisation", "", N_("Team"), "/team", "users", P.PARTNER_MEMBERS_UPDATE, "g t", 200),
        NavEntry(
            "organisation", "", N_("Invitations"), "/invitations", "mail-plus", P.PARTNER_MEMBERS_INVITE, order=220
        ),
    ),
    letters=SAMPLES,
    templates=Path(__file__).parent / "templates",
)
