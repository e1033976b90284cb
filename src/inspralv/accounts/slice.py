"""The accounts slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.accounts import (
    account_api,
    account_pages,
    api,
    mailbox,
    own_data_api,
    own_data_pages,
    pages,
    password_pages,
    security_api,
    security_pages,
    tasks,
)
from inspralv.accounts.letter_samples import SAMPLES
from inspralv.accounts.sealing import SEALED
from inspralv.accounts.sign_on import api as sign_on_api
from inspralv.accounts.sign_on import pages as sign_on_pages
from inspralv.accounts.sign_on import settings_pages as sign_on_settings
from inspralv.foundation.language.texts import N_
from inspralv.foundation.mail.sending import SEND
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="accounts",
    routes=(
        *api.ROUTES,
        *account_api.ROUTES,
        *own_data_api.ROUTES,
        *security_api.ROUTES,
        *pages.ROUTES,
        *password_pages.ROUTES,
        *account_pages.ROUTES,
        *own_data_pages.ROUTES,
        *security_pages.ROUTES,
        *mailbox.ROUTES,
        *sign_on_api.ROUTES,
        *sign_on_pages.ROUTES,
        *sign_on_settings.ROUTES,
    ),
    tasks=(*tasks.TASKS, SEND),
    schedules=tasks.SCHEDULES,
    nav=(
        NavEntry("account", "", N_("Profile"), "", "user", order=10),
        NavEntry("account", "", N_("E-mail address"), "/email", "mail", order=20),
        NavEntry("account", "", N_("Password"), "/password", "lock", order=30),
        NavEntry("account", "", N_("Two-factor"), "/two-factor", "shield-check", order=40),
        NavEntry("account", "", N_("Passkeys"), "/passkeys", "key-round", order=50),
        NavEntry("account", "", N_("Linked accounts"), "/sign-in", "link", order=55),
        NavEntry("account", "", N_("Sessions"), "/sessions", "monitor", order=60),
        NavEntry("organisation", "", N_("Security"), "/security", "shield", P.PARTNER_SECURITY_READ, order=800),
        NavEntry("organisation", "", N_("Sign-in"), "/sign-in", "key-round", P.PARTNER_SECURITY_READ, order=810),
    ),
    sealed=SEALED,
    letters=SAMPLES,
    templates=Path(__file__).parent / "templates",
)
