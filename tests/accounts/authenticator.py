"""A passkey in software: what a device with a finger on it answers (WebAuthn level 3, sections 6.1 and 6.5)."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One passkey of one device. `count` is how often it has signed; `verifies` says whether it knows its person."""

    def __init__(self, host: str, port: int) -> None:
        self.rp_id, self.origin = host, f"http://{host}:{port}"
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0
        self.verifies = True

    def make(self, options: dict[str, Any], name: str = "Phone") -> dict[str, Any]:
        """Answer navigator.credentials.create, as the API takes it."""
        point = self.key.public_key().public_numbers()
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        data = self._data(_ATTESTED) + bytes(16) + len(self.id).to_bytes(2) + self.id + public
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return {
            "name": name, "id": bytes_to_base64url(self.id), "client_data": self._said("webauthn.create", options),
            "attestation": bytes_to_base64url(attestation), "transports": ["internal"],
        }  # fmt: skip

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer navigator.credentials.get, as the API takes it."""
        data, said = self._data(), self._said("webauthn.get", options)
        signed = data + hashlib.sha256(base64url_to_bytes(said)).digest()
        return {
            "id": bytes_to_base64url(self.id), "client_data": said, "authenticator_data": bytes_to_base64url(data),
            "signature": bytes_to_base64url(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
        }  # fmt: skip

    def _data(self, flags: int = 0) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _said(self, kind: str, options: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return bytes_to_base64url(json.dumps(said).encode())
