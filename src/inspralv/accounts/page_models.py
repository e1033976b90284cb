"""What the pages of this slice show."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from inspralv.accounts.sign_on.schemas import WayIn
from inspralv.foundation.mail.message import KeptMessage
from inspralv.foundation.web.forms import Form
from inspralv.tenancy.plans import Plan


class SignInPage(msgspec.Struct, frozen=True, kw_only=True):
    """`redirect` is where to go on, `ways` are the providers to sign in with."""

    form: Form[Any]
    redirect: str
    ways: tuple[WayIn, ...] = ()


class SignUpPage(msgspec.Struct, frozen=True, kw_only=True):
    """`plan` is the chosen one, `others` those to change to; `invited` when the way leads back to an invitation."""

    form: Form[Any]
    redirect: str
    invited: bool
    plan: Plan | None
    others: tuple[Plan, ...]
    ways: tuple[WayIn, ...] = ()


class SentPage(msgspec.Struct, frozen=True):
    """A mail is on its way to `email`, whatever it says. `again` is where to try another address; `mailbox` is true
    where mail stays in this installation."""

    kind: Literal["sign_up", "unconfirmed", "reset"]
    email: str
    again: str
    mailbox: bool = False


class ConfirmPage(msgspec.Struct, frozen=True, kw_only=True):
    """`usable` says whether the link works; `asks` whether this browser has to say the password."""

    form: Form[Any]
    token: str
    usable: bool
    email: str = ""
    asks: bool = False
    problem: str = ""


class ForgotPage(msgspec.Struct, frozen=True):
    """The form for the address."""

    form: Form[Any]


class ResetPage(msgspec.Struct, frozen=True, kw_only=True):
    """`usable` says whether the link works, `first_of` whose first password it sets, `done` that it is set."""

    form: Form[Any]
    token: str = ""
    usable: bool = True
    first_of: str | None = None
    done: bool = False


class ProfilePage(msgspec.Struct, frozen=True, kw_only=True):
    """`fresh` is true for somebody who has no name yet."""

    form: Form[Any]
    redirect: str
    fresh: bool


class GoodbyePage(msgspec.Struct, frozen=True):
    """Whom the account was deleted at."""

    place: str


class MailboxPage(msgspec.Struct, frozen=True):
    """The latest mails of the host's partner, and how mail leaves this installation."""

    mails: tuple[KeptMessage, ...]
    transport: str


class MailPage(msgspec.Struct, frozen=True):
    """One mail; its text is gone once it has left."""

    mail: KeptMessage
