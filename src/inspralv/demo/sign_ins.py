"""The people of the demo; their sign-ins work in demo mode only."""

import msgspec

PASSWORD = "Try-Inspralv-2026"  # noqa: S105 - meant to be known


class SignIn(msgspec.Struct, frozen=True):
    email: str
    role: str
    host: str = ""  # of their partner; empty: the platform's own


SIGN_INS = (
    SignIn("root@inspralv.test", "super admin"),
    SignIn("olga@acme.test", "owner", "acme.localhost"),
    SignIn("adam@acme.test", "admin", "acme.localhost"),
    SignIn("mia@acme.test", "member", "acme.localhost"),
    SignIn("vera@acme.test", "viewer", "acme.localhost"),
    SignIn("stan@rival.test", "owner of another partner", "rival.localhost"),
)
