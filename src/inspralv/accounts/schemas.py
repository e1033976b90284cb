"""What people send, and the rows behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from inspralv.foundation.language.languages import Language

# An address as browsers accept it (WHATWG HTML, 4.10.5.1.5), with a dot in its host.
_ADDRESS = r"^\s*[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\s*$"
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=_ADDRESS, examples=["you@company.com"])]
Password = Annotated[str, Meta(min_length=1, max_length=128)]
PersonName = Annotated[str, Meta(max_length=100)]
Token = Annotated[str, Meta(min_length=1, max_length=100)]
Path = Annotated[str, Meta(max_length=2000, description="A path on this host to go on to.")]
PasswordIfAny = Annotated[str, Meta(max_length=128)]
ExportStatus = Literal["waiting", "ready", "failed", "expired"]
_Word = Annotated[str, Meta(max_length=50)]
_Encoded = Annotated[str, Meta(min_length=1, max_length=8000, pattern=r"^[A-Za-z0-9_-]+$")]


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


class LanguageChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The language of one's pages and mails; null follows the organisation, then the browser."""

    language: Language | None


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The password one has, and the one to be."""

    current_password: Password
    password: Password


class AddressChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new address, and one's password. Who has none leaves it out, and has signed in within the last 15 minutes."""

    email: Email
    password: PasswordIfAny = ""


class AddressAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of a mail about a change of address, and what the mailbox's owner wants."""

    token: Token
    answer: Literal["confirm", "stop"]


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's password, for what a borrowed browser must not do. Who has none leaves it out, and has signed in within the last 15 minutes."""

    password: PasswordIfAny = ""


class AccountDeletion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own address, typed to be sure, and one's password. Who has none leaves it out, and has signed in within the
    last 15 minutes."""

    email: Annotated[str, Meta(min_length=1, max_length=254)]
    password: PasswordIfAny = ""


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code of the authenticator app; where a recovery code does as well, either of both."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]


class PasskeyName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What its owner calls a passkey."""

    name: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\S")]


class NewPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A passkey that the browser made; every value in base64url, as WebAuthn names them."""

    name: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\S")]
    id: _Encoded
    client_data: _Encoded
    attestation: _Encoded
    transports: Annotated[list[Annotated[str, Meta(max_length=20)]], Meta(max_length=10)] = []


class PasskeyProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer of a passkey to a challenge; every value in base64url."""

    id: _Encoded
    client_data: _Encoded
    authenticator_data: _Encoded
    signature: _Encoded
    redirect: Path = ""


class SecuritySwitch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether everybody of the organisation needs a second factor."""

    require_two_factor: bool


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its actions need it; never answered."""

    id: UUID
    email: str
    password_hash: str
    first_name: str
    last_name: str
    status: str
    two_factor: bool = False


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
    """A link for a new password that still works, and whose it is. `is_first` is true for the owner of a new partner,
    who has never had one."""

    id: UUID
    user_id: UUID
    email: str
    first_name: str
    last_name: str
    is_first: bool


class WaitingAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A change of address that waits. `side` is the mailbox whose link was opened: old, new, or neither."""

    id: UUID
    user_id: UUID
    old_email: str
    first_name: str
    new_email: str
    expires_at: datetime
    old_confirmed_at: datetime | None
    new_confirmed_at: datetime | None
    side: str = ""


class Provable(msgspec.Struct, frozen=True, kw_only=True):
    """How a person proves who they are: by a password, or by a session that began just now."""

    has_password: bool
    signed_in_at: datetime


class AddressState(Provable, frozen=True, kw_only=True):
    """The change of address that waits, if any."""

    waiting: WaitingAddress | None


class KnownPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as its owner sees it. `rp_id` is the host it works on; `backed_up` says that it is on more devices."""

    id: UUID
    name: str
    rp_id: str
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None


class OwnPasskeys(Provable, frozen=True, kw_only=True):
    """Somebody's passkeys, the oldest first."""

    passkeys: list[KnownPasskey]


class StoredPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as signing in needs it."""

    id: UUID
    user_id: UUID
    rp_id: str
    public_key: bytes
    sign_count: int


class DataExport(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of somebody's data: waiting, ready until `expires_at`, failed, or expired."""

    id: UUID
    status: ExportStatus
    asked_at: datetime
    size_bytes: int | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None


class AccountState(msgspec.Struct, frozen=True, kw_only=True):
    """How an account is protected. `waiting_email` is the address it is to get once both mailboxes agreed, `language`
    what its person has chosen."""

    language: Language | None
    two_factor_since: datetime | None
    two_factor_required: bool
    recovery_codes_left: int
    passkeys: int
    waiting_email: str | None


class AccountOverview(AccountState, frozen=True, kw_only=True):
    """What the first page of an account shows: how it is protected, how the person proves who they are (`signed_in_at` is
    when this session began), and the copy of their data that they asked for, if any."""

    has_password: bool
    signed_in_at: datetime
    export: DataExport | None


class OwnedWorkspace(msgspec.Struct, frozen=True):
    """A workspace that somebody owns alone."""

    slug: str
    name: str


class SecurityState(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner asks of everybody. `protected` of its `members` have a second factor; `mine` says whether the
    caller does."""

    require_two_factor: bool
    members: int
    protected: int
    mine: bool


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is open, as it is stored. `current` is the one that asks."""

    id: UUID
    ip: str | None
    user_agent: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool


def plain_address(email: str) -> str:
    """Return an address as it is stored and compared: without blanks around it, in lower case."""
    return email.strip().lower()


def plain_name(name: str) -> str:
    """Return a name on one line, with single blanks."""
    return " ".join(name.split())
