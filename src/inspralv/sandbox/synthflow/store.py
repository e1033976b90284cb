"""What the emulated provider remembers. Keys that begin with an underscore are its own affair and never shown."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import msgspec

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.accounts import ACCOUNTS, Account

Thing = dict[str, Any]
KINDS = {"assistants": "Assistant", "calls": "Call", "actions": "Action", "numbers": "Phone number"}
OVER = frozenset({"completed", "no-answer", "busy", "failed", "canceled", "hangup_on_voicemail", "left_voicemail"})
_REMEMBERED = 5000  # requests, deliveries and logs


class Store:
    """Objects by kind and id; each belongs to one account."""

    def __init__(self, data_file: Path | None) -> None:
        self._data_file = data_file
        self._things: dict[str, dict[str, Thing]] = {}
        self.requests: deque[Thing] = deque(maxlen=_REMEMBERED)
        self.deliveries: deque[Thing] = deque(maxlen=_REMEMBERED)
        self.logs: deque[Thing] = deque(maxlen=_REMEMBERED)
        self.recordings: dict[str, list[Thing]] = {}
        self.reset()
        self._load()

    def account_of(self, authorization: str | None, region: str) -> Account:
        """Return the account of a bearer key. Raises ApiError(401), also for a key of another region."""
        scheme, _, key = (authorization or "").partition(" ")
        for account in ACCOUNTS:
            if scheme.lower() == "bearer" and key.strip() == account.api_key and account.region == region:
                return account
        raise ApiError(401, "Unauthorized")

    def add(self, kind: str, account: Account, thing_id: str, fields: Thing) -> Thing:
        """Keep a new object."""
        return self.keep(kind, {**fields, "_id": thing_id, "_account": account.id})

    def keep(self, kind: str, thing: Thing) -> Thing:
        """Keep a new object that says itself what it is and whose."""
        self._things[kind][thing["_id"]] = thing
        self.save()
        return thing

    def get(self, kind: str, account: Account, thing_id: str) -> Thing:
        """Return an object of the account. Raises ApiError(404)."""
        thing = self._things[kind].get(thing_id)
        if thing is None or thing["_account"] != account.id:
            raise ApiError(404, f"{KINDS[kind]} not found.")
        return thing

    def find(self, kind: str, thing_id: str) -> Thing | None:
        """Return an object of anybody, or None."""
        return self._things[kind].get(thing_id)

    def remove(self, kind: str, account: Account, thing_id: str) -> Thing:
        """Forget an object and return it. Raises ApiError(404)."""
        thing = self.get(kind, account, thing_id)
        del self._things[kind][thing_id]
        self.save()
        return thing

    def list(self, kind: str, account: Account) -> list[Thing]:
        """Return the account's objects, newest first."""
        return [thing for thing in reversed(self._things[kind].values()) if thing["_account"] == account.id]

    def reset(self) -> None:
        """Start over, with one number for each account."""
        self._things = {kind: {} for kind in KINDS}
        for account in ACCOUNTS:
            slug = account.phone_number.removeprefix("+")
            line = {"number": account.phone_number, "friendly_name": "Sandbox line", "provider_name": "twilio"}
            self._things["numbers"][slug] = {**line, "_id": slug, "_account": account.id}
        for memory in (self.requests, self.deliveries, self.logs):
            memory.clear()
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
                if call["status"] not in OVER:
                    call |= {"status": "failed", "end_call_reason": "error", "error_message": "The line was cut."}


def shown(thing: Thing) -> Thing:
    """Return an object as the API tells it."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
