"""The emulated vendor's customers. Each lives in one region, and its key opens nothing elsewhere."""

from __future__ import annotations

import msgspec


class Account(msgspec.Struct, frozen=True):
    """A workspace over there: `id` is the value its voices and numbers are asked for with."""

    id: str
    api_key: str
    webhook_key: str
    phone_number: str
    region: str = "global"


ACME = Account(
    "1700000000000x100000000000000001", "sandbox-synthflow-key-acme", "sandbox-synthflow-hook-acme", "+14155550130"
)
RIVAL = Account(
    "1700000000000x100000000000000002", "sandbox-synthflow-key-rival", "sandbox-synthflow-hook-rival", "+14155550131"
)
HARBOUR = Account(
    "1700000000000x100000000000000003", "sandbox-synthflow-key-harbour", "sandbox-synthflow-hook-harbour",
    "+14155550132", "eu",
)  # fmt: skip
ACCOUNTS = (ACME, RIVAL, HARBOUR)
