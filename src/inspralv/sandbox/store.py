"""What the emulated provider remembers."""

from __future__ import annotations

import operator
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from inspralv.sandbox.errors import WRONG_KEY, ApiError
from inspralv.sandbox.options import Account, SandboxOptions

Thing = dict[str, Any]
KINDS = ("assistants", "calls", "phone_numbers", "files", "credentials")
_KEPT = {"ended", "scheduled"}  # calls that a restart does not end
_CUT_OFF = "worker-shutdown"
_REMEMBERED = 5000  # requests and deliveries


def now_iso(at: datetime | None = None) -> str:
    """Return a moment as the API writes it: UTC, milliseconds, Z."""
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Store:
    """Objects by kind and id; each belongs to one organisation."""

    def __init__(self, options: SandboxOptions) -> None:
        self._options = options
        self._things: dict[str, dict[str, Thing]] = {kind: {} for kind in KINDS}
        self.requests: deque[Thing] = deque(maxlen=_REMEMBERED)
        self.deliveries: deque[Thing] = deque(maxlen=_REMEMBERED)
        self.recordings: dict[str, list[Thing]] = {}
        self._load()
        for account in options.accounts:
            self._things["phone_numbers"].setdefault(account.phone_number_id, _line(account))

    def account_of(self, authorization: str | None, *, public: bool = False) -> Account:
        """Return the account of a bearer key. Raises ApiError(401)."""
        scheme, _, key = (authorization or "").partition(" ")
        for account in self._options.accounts:
            known = {account.private_key, *account.spare_keys, *((account.public_key,) if public else ())}
            if scheme.lower() == "bearer" and key.strip() in known:
                return account
        raise ApiError(401, WRONG_KEY)

    def add(self, kind: str, account: Account, fields: Thing, thing_id: str | None = None) -> Thing:
        """Keep a new object with id, organisation and times."""
        at = now_iso()
        thing = {
            **fields,
            "id": thing_id or str(uuid.uuid4()),
            "orgId": account.org_id,
            "createdAt": at,
            "updatedAt": at,
        }
        self._things[kind][thing["id"]] = thing
        self.save()
        return thing

    def get(self, kind: str, account: Account, thing_id: str) -> Thing:
        """Return an object of the account. Raises ApiError(404)."""
        thing = self._things[kind].get(thing_id)
        if thing is None or thing["orgId"] != account.org_id:
            raise ApiError(404, f"Couldn't find {kind.removesuffix('s').replace('_', ' ')} {thing_id}")
        return thing

    def find(self, kind: str, thing_id: str | None) -> Thing | None:
        """Return an object of anybody, or None."""
        return self._things[kind].get(thing_id or "")

    def change(self, kind: str, account: Account, thing_id: str, fields: Thing) -> Thing:
        """Replace top-level fields as a whole; null takes one away. Raises ApiError(404)."""
        return self.patch(self.get(kind, account, thing_id), fields)

    def patch(self, thing: Thing, fields: Thing) -> Thing:
        """Change an object that was found before."""
        gone = [name for name, value in fields.items() if value is None]
        thing.update(fields, updatedAt=now_iso())
        for name in gone:
            del thing[name]
        self.save()
        return thing

    def remove(self, kind: str, account: Account, thing_id: str) -> Thing:
        """Forget an object and return it. Raises ApiError(404)."""
        thing = self.get(kind, account, thing_id)
        del self._things[kind][thing_id]
        self.save()
        return thing

    def list(self, kind: str, account: Account, query: dict[str, str]) -> list[Thing]:
        """Return objects newest first, by the filters every list has: limit, and bounds on createdAt and updatedAt."""
        found = [t for t in self._things[kind].values() if t["orgId"] == account.org_id and _within(t, query)]
        found.reverse()  # of two made in the same millisecond, the later one comes first
        found.sort(key=lambda t: t["createdAt"], reverse=True)
        return found[: _limit(query)]

    def scheduled(self, account: Account) -> Sequence[Thing]:
        """Return the calls that wait for their time."""
        return [call for call in self.list("calls", account, {}) if call["status"] == "scheduled"]

    def reset(self) -> None:
        """Start over, with the seeded phone numbers."""
        for things in self._things.values():
            things.clear()
        for account in self._options.accounts:
            self._things["phone_numbers"][account.phone_number_id] = _line(account)
        self.requests.clear()
        self.deliveries.clear()
        self.recordings.clear()

    def save(self) -> None:
        """Write everything to the data file, if there is one."""
        path = self._options.data_file
        if path is not None:
            kept = {**self._things, "recordings": self.recordings}
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_suffix(".new")
            half.write_bytes(msgspec.json.encode(kept))
            half.replace(path)

    def _load(self) -> None:
        path = self._options.data_file
        if path is not None and path.exists():
            kept = msgspec.json.decode(path.read_bytes())
            self.recordings = kept.pop("recordings", {})
            self._things.update(kept)
            for call in self._things["calls"].values():
                if call["status"] not in _KEPT:
                    at = now_iso()
                    call |= {"status": "ended", "endedReason": _CUT_OFF, "endedAt": at, "updatedAt": at}


def _line(account: Account) -> Thing:
    at = "2026-01-01T00:00:00.000Z"
    return {
        "id": account.phone_number_id, "orgId": account.org_id, "provider": "vapi", "number": account.phone_number,
        "name": "Sandbox line", "status": "active", "createdAt": at, "updatedAt": at,
    }  # fmt: skip


_BOUNDS: dict[str, Callable[[datetime, datetime], bool]] = {
    "Gt": operator.gt,
    "Lt": operator.lt,
    "Ge": operator.ge,
    "Le": operator.le,
}


def _within(thing: Thing, query: dict[str, str]) -> bool:
    for field in ("createdAt", "updatedAt"):
        for suffix, test in _BOUNDS.items():
            bound = query.get(field + suffix)
            if bound and not test(_moment(thing[field]), _moment(bound)):
                return False
    return all(thing.get(name) == query[name] for name in ("id", "assistantId", "phoneNumberId") if query.get(name))


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ApiError(400, ["date must be a valid ISO 8601 date string"]) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _limit(query: dict[str, str]) -> int:
    text = query.get("limit", "100")
    if not text.isdecimal() or int(text) > 1000:  # noqa: PLR2004 - the contract's upper bound
        raise ApiError(400, ["limit must not be greater than 1000"])
    return int(text)
