"""What people send, and the rows behind it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

# An address as browsers accept it (WHATWG HTML, 4.10.5.1.5), with a dot in its host.
_ADDRESS = r"^\s*[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\s*$"
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=_ADDRESS, examples=["you@company.com"])]
Password = Annotated[str, Meta(min_length=1, max_length=128)]
PersonName = Annotated[str, Meta(max_length=100)]
Token = Annotated[str, Meta(min_length=1, max_length=100)]
Path = Annotated[str, Meta(max_length=2000, description="A path on this host to go on to.")]
_Word = Annotated[str, Meta(max_length=50)]


class SignUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A new account. `selectedPlan` and `signupSource` are kept with it."""

    email: Email
    password: Password
    first_name: PersonName = ""
    last_name: PersonName = ""
    selected_plan: _Word = "starter"
    signup_source: _Word = "direct"
    is_invitation: bool = False
    redirect: Path = ""


class ConfirmEmail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the mail. Another browser than the one that signed up sends the password as well."""

    token: Token
    password: Annotated[str, Meta(max_length=128)] = ""


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who, and where to go on."""

    email: Email
    password: Password
    redirect: Path = ""


class ForgotPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password."""

    email: Email


class ResetPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the mail and the new password."""

    token: Token
    password: Password


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own name."""

    first_name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
    last_name: PersonName = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its actions need it; never answered."""

    id: UUID
    email: str
    password_hash: str
    first_name: str
    last_name: str
    status: str


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account to be; `settings` hold plan and source."""

    id: UUID
    email: str
    password_hash: str
    first_name: str
    last_name: str
    settings: dict[str, Any]


class WaitingSignUp(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-up whose address is not confirmed yet."""

    id: UUID
    email: str
    password_hash: str
    first_name: str
    last_name: str
    selected_plan: str
    signup_source: str
    is_invitation: bool
    redirect: str
    browser_hash: bytes


class WaitingReset(msgspec.Struct, frozen=True, kw_only=True):
    """A link for a new password that still works, and whose it is."""

    id: UUID
    user_id: UUID
    email: str
    first_name: str
    last_name: str


def plain_address(email: str) -> str:
    """Return an address as it is stored and compared: without blanks around it, in lower case."""
    return email.strip().lower()


def plain_name(name: str) -> str:
    """Return a name on one line, with single blanks."""
    return " ".join(name.split())
