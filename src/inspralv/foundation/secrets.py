"""Tokens and secrets at rest.

Random tokens are 256 bits and stored as SHA-256 only. Provider keys and the like are sealed: a data key of their own
encrypts the value with AES-256-GCM, a numbered master key from outside the database wraps the data key, and both are
bound to partner, table, row and column, so that a copied ciphertext does not open elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY_ID = 2
_WRAPPED = 32 + 16


class CannotOpen(Exception):  # noqa: N818 - says what happened
    """The sealed value is damaged, was moved, or its master key is gone."""


def new_token() -> str:
    """Return a random token of 256 bits, safe in URLs and cookies."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token. The token is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


class Place(msgspec.Struct, frozen=True):
    """Where a sealed value lives; it opens nowhere else."""

    partner_id: UUID
    table: str
    row: UUID
    column: str

    def label(self) -> bytes:
        return f"{self.partner_id}/{self.table}/{self.row}/{self.column}".encode()


class SealedColumn(msgspec.Struct, frozen=True):
    """A column of tenants' tables that holds sealed values, each for the row that the column `row` names. A slice
    declares its own, so that all of them can be brought under a new master key."""

    table: str
    column: str
    row: str = "id"


class Sealer:
    """Seals and opens values with numbered master keys of 32 bytes; the highest number seals."""

    def __init__(self, master_keys: Mapping[int, bytes]) -> None:
        self._masters = {number: AESGCM(key) for number, key in master_keys.items()}
        # Signing has keys of its own: what seals must not also be asked to sign.
        self._signers = {number: hmac.digest(key, b"links", "sha256") for number, key in master_keys.items()}
        self.current = max(self._masters)

    def seal(self, value: str, place: Place) -> bytes:
        """Return key number · wrapped data key · ciphertext."""
        data_key = AESGCM.generate_key(256)
        nonce = os.urandom(_NONCE)
        return self._wrap(data_key, place) + nonce + AESGCM(data_key).encrypt(nonce, value.encode(), place.label())

    def open(self, sealed: bytes, place: Place) -> str:
        """Return the value. Raises CannotOpen."""
        data_key, rest = self._unwrap(sealed, place)
        try:
            return AESGCM(data_key).decrypt(rest[:_NONCE], rest[_NONCE:], place.label()).decode()
        except InvalidTag:
            raise CannotOpen(place.table) from None

    def rewrap(self, sealed: bytes, place: Place) -> bytes:
        """Return the same value under the current master key; the body is not touched. Raises CannotOpen."""
        data_key, rest = self._unwrap(sealed, place)
        return self._wrap(data_key, place) + rest

    def sign(self, words: bytes) -> bytes:
        """Return a mark that only this installation can have put on these words."""
        return hmac.digest(self._signers[self.current], words, "sha256")

    def is_signed(self, words: bytes, mark: bytes) -> bool:
        """Whether the mark is ours, made with any master key that is still configured."""
        marks = [hmac.digest(key, words, "sha256") for key in self._signers.values()]
        return any(hmac.compare_digest(mark, ours) for ours in marks)

    def key_number(self, sealed: bytes) -> int:
        """Return the number of the master key that wraps this value."""
        return int.from_bytes(sealed[:_KEY_ID], "big")

    def _wrap(self, data_key: bytes, place: Place) -> bytes:
        nonce = os.urandom(_NONCE)
        wrapped = self._masters[self.current].encrypt(nonce, data_key, place.label())
        return self.current.to_bytes(_KEY_ID, "big") + nonce + wrapped

    def _unwrap(self, sealed: bytes, place: Place) -> tuple[bytes, bytes]:
        master = self._masters.get(self.key_number(sealed))
        if master is None:
            raise CannotOpen(f"master key {self.key_number(sealed)} is not configured")
        head = _KEY_ID + _NONCE + _WRAPPED
        try:
            return master.decrypt(
                sealed[_KEY_ID : _KEY_ID + _NONCE], sealed[_KEY_ID + _NONCE : head], place.label()
            ), sealed[head:]
        except InvalidTag:
            raise CannotOpen(place.table) from None
