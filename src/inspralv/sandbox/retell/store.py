"""What the emulated provider remembers. Keys that begin with an underscore are its own affair and never shown."""

from __future__ import annotations

import secrets
import time
from collections import deque
from pathlib import Path
from typing import Any

import msgspec

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.accounts import ACCOUNTS, Account
from inspralv.sandbox.retell.errors import WRONG_KEY, missing

Thing = dict[str, Any]
KINDS = ("llms", "agents", "calls", "numbers", "knowledge_bases", "chats")
OVER = frozenset({"ended", "not_connected", "error"})
_CUT_OFF = "error_retell"
_REMEMBERED = 5000  # requests and deliveries


def now_ms() -> int:
    """Return the time as the API writes it: milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(14)}"


class Store:
    """Objects by kind and id; each belongs to one account."""

    def __init__(self, data_file: Path | None) -> None:
        self._data_file = data_file
        self._things: dict[str, dict[str, Thing]] = {}
        self.requests: deque[Thing] = deque(maxlen=_REMEMBERED)
        self.deliveries: deque[Thing] = deque(maxlen=_REMEMBERED)
        self.recordings: dict[str, list[Thing]] = {}
        self.reset()
        self._load()

    def account_of(self, authorization: str | None) -> Account:
        """Return the account of a bearer key. Raises ApiError(401)."""
        scheme, _, key = (authorization or "").partition(" ")
        for account in ACCOUNTS:
            if scheme.lower() == "bearer" and key.strip() == account.api_key:
                return account
        raise ApiError(401, WRONG_KEY)

    def add(self, kind: str, account: Account, thing_id: str, fields: Thing) -> Thing:
        """Keep a new object."""
        thing = {**fields, "_id": thing_id, "_account": account.id, "_made_at": now_ms()}
        self._things[kind][thing_id] = thing
        self.save()
        return thing

    def get(self, kind: str, account: Account, thing_id: Any, status: int = 422) -> Thing:
        """Return an object of the account. Raises ApiError(422), which is how most of the API says "not found"."""
        thing = self._things[kind].get(thing_id) if isinstance(thing_id, str) else None
        if thing is None or thing["_account"] != account.id:
            raise missing(status)
        return thing

    def find(self, kind: str, thing_id: str | None) -> Thing | None:
        """Return an object of anybody, or None."""
        return self._things[kind].get(thing_id or "")

    def remove(self, kind: str, account: Account, thing_id: str) -> Thing:
        """Forget an object and return it. Raises ApiError(422)."""
        thing = self.get(kind, account, thing_id)
        del self._things[kind][thing_id]
        self.save()
        return thing

    def list(self, kind: str, account: Account) -> list[Thing]:
        """Return the account's objects, oldest first."""
        return [thing for thing in self._things[kind].values() if thing["_account"] == account.id]

    def reset(self) -> None:
        """Start over, with one number for each account."""
        self._things = {kind: {} for kind in KINDS}
        for account in ACCOUNTS:
            self._things["numbers"][account.phone_number] = _line(account)
        self.requests.clear()
        self.deliveries.clear()
        self.recordings.clear()

    def save(self) -> None:
        """Write everything to the data file, if there is one."""
        if self._data_file is not None:
            kept = {**self._things, "recordings": self.recordings}
            self._data_file.parent.mkdir(parents=True, exist_ok=True)
            half = self._data_file.with_suffix(".new")
            half.write_bytes(msgspec.json.encode(kept))
            half.replace(self._data_file)

    def _load(self) -> None:
        if self._data_file is not None and self._data_file.exists():
            kept = msgspec.json.decode(self._data_file.read_bytes())
            self.recordings = kept.pop("recordings", {})
            self._things.update(kept)
            for call in self._things["calls"].values():
                if call["call_status"] not in OVER:
                    call |= {"call_status": "error", "disconnection_reason": _CUT_OFF, "end_timestamp": now_ms()}


def shown(thing: Thing) -> Thing:
    """Return an object as the API tells it: nothing of its own affairs, and nothing that is not set."""
    return {name: value for name, value in thing.items() if not name.startswith("_") and value is not None}


def _line(account: Account) -> Thing:
    at = 1_767_225_600_000
    return {
        "phone_number": account.phone_number, "phone_number_type": "retell-twilio", "nickname": "Sandbox line",
        "phone_number_pretty": account.phone_number, "area_code": 415, "last_modification_timestamp": at,
        "_id": account.phone_number, "_account": account.id, "_made_at": at,
    }  # fmt: skip
