"""What the pages of one's own account show."""

from __future__ import annotations

from typing import Any

import msgspec
from markupsafe import Markup

from inspralv.accounts.queries.deletion import Prospect
from inspralv.accounts.schemas import (
    AccountOverview,
    AddressState,
    KnownPasskey,
    OpenSession,
    OwnPasskeys,
    SecurityState,
    WaitingAddress,
)
from inspralv.foundation.web.forms import Form


class ProfileSection(msgspec.Struct, frozen=True, kw_only=True):
    """One's name, how the account is protected, and the copy of one's data. `fresh` says of somebody without a password
    that they have just signed in."""

    form: Form[Any]
    state: AccountOverview
    asking: Form[Any]
    fresh: bool


class DeletionSection(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the account can go, and the form for it. `fresh` as above."""

    form: Form[Any]
    email: str
    prospect: Prospect
    fresh: bool


class PasswordSection(msgspec.Struct, frozen=True):
    """The form for another password."""

    form: Form[Any]


class AddressSection(msgspec.Struct, frozen=True, kw_only=True):
    """The address, and the one it is to become. `fresh` as above; `mailbox` is true where mail stays in this
    installation."""

    form: Form[Any]
    email: str
    state: AddressState
    fresh: bool
    mailbox: bool = False


class AddressLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link from a mailbox. `outcome` is empty while an answer is asked for; then it is done, waiting, stopped or
    refused (with the `problem`)."""

    token: str
    change: WaitingAddress | None
    outcome: str = ""
    problem: str = ""


class SetupCard(msgspec.Struct, frozen=True):
    """What an authenticator app reads: the picture, the same as an address, and the secret to type."""

    picture: Markup
    address: str
    spelled: str


class TwoFactorSection(msgspec.Struct, frozen=True, kw_only=True):
    """Whether two-factor is on, the set-up that waits for its first code, and recovery codes that were just made.
    `fresh` as above; `redirect` is where somebody was going who had to come here first."""

    state: AccountOverview
    form: Form[Any]
    fresh: bool
    setup: SetupCard | None = None
    codes: tuple[str, ...] = ()
    redirect: str = ""


class SecondStepPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form for the code."""

    form: Form[Any]
    redirect: str


class PasskeysSection(msgspec.Struct, frozen=True, kw_only=True):
    """One's passkeys. `fresh` as above; `suggested` is what a new one is called unless its owner says otherwise."""

    own: OwnPasskeys
    fresh: bool
    host: str
    suggested: str


class PasskeySection(msgspec.Struct, frozen=True):
    """One passkey, to be named or removed."""

    passkey: KnownPasskey
    form: Form[Any]


class SessionCard(msgspec.Struct, frozen=True):
    """A session with its device in words."""

    session: OpenSession
    device: str
    phone: bool


class SessionsSection(msgspec.Struct, frozen=True):
    """Where one is signed in, this browser first."""

    sessions: tuple[SessionCard, ...]


class OrganisationSecurity(msgspec.Struct, frozen=True):
    """What the organisation asks of everybody; `may_change` is the owner's right, `problem` why it stayed as it was."""

    state: SecurityState
    may_change: bool
    problem: str = ""
