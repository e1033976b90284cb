"""The emulated vendor's customers. One key opens the API and signs the webhooks, as it does for most."""

from __future__ import annotations

import msgspec


class Account(msgspec.Struct, frozen=True):
    """A workspace over there, with its telephone number."""

    id: str
    name: str
    api_key: str
    phone_number: str


ACME = Account("org_a1c3e5", "Acme", "sandbox-retell-key-acme", "+14155550140")
RIVAL = Account("org_b2d4f6", "Rival", "sandbox-retell-key-rival", "+14155550141")
ACCOUNTS = (ACME, RIVAL)
