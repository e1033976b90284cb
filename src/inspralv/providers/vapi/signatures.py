"""How a webhook of Vapi shows that it comes from Vapi: contract section 7, "Authentication of a webhook"."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct

PLACEHOLDER = re.compile(rb"\{(timestamp|body|svix-id)\}")
UNKNOWN_PLACEHOLDER = re.compile(r"\{(method|url)\}")
MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138: a larger stamp counts milliseconds. The unit is not documented, both are read."""


class WebhookPlan(Struct, rename="camel", frozen=True, kw_only=True):
    """A vendor's `authenticationPlan` of type bearer or hmac, field by field, with the vendor's defaults."""

    type: Literal["bearer", "hmac"]
    token: str = ""
    header_name: str = "Authorization"
    bearer_prefix_enabled: bool = True
    secret_key: str = ""
    secret_is_base64: bool = False
    algorithm: Literal["sha256", "sha512", "sha1"] = "sha256"
    signature_header: str = "x-signature"
    timestamp_header: str = "x-timestamp"
    message_id_header: str = "svix-id"
    signature_prefix: str = ""
    signature_encoding: Literal["hex", "base64"] = "hex"
    include_timestamp: bool = True
    payload_format: str | None = None

    def __repr__(self) -> str:
        return f"WebhookPlan(type={self.type!r}, …)"

    def verify(self, raw: bytes, headers: Mapping[str, str], now: datetime, tolerance: timedelta) -> bool:
        """False for a wrong, missing or old signature, and for a plan without a secret."""
        received = {name.lower(): value for name, value in headers.items()}
        if self.type == "bearer":
            prefix = "Bearer " if self.bearer_prefix_enabled else ""
            return bool(self.token) and _same(received.get(self.header_name.lower(), ""), prefix + self.token)
        key = self._key()
        if not key or UNKNOWN_PLACEHOLDER.search(self._format) or not self._is_fresh(received, now, tolerance):
            return False
        expected = self.signature_prefix + self._sign(key, raw, received)
        # While a key is being changed, several signatures may stand in one header.
        return any(_same(one, expected) for one in received.get(self.signature_header.lower(), "").split())

    @property
    def _format(self) -> str:
        return self.payload_format or ("{timestamp}.{body}" if self.include_timestamp else "{body}")

    def _key(self) -> bytes:
        if not self.secret_is_base64:
            return self.secret_key.encode()
        try:
            return base64.b64decode(self.secret_key, validate=True)
        except ValueError:
            return b""

    def _is_fresh(self, received: Mapping[str, str], now: datetime, tolerance: timedelta) -> bool:
        if "{timestamp}" not in self._format and not self.include_timestamp:
            return True
        stamp = received.get(self.timestamp_header.lower(), "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):  # noqa: PLR2004 - beyond any date
            return False
        seconds = int(stamp) / 1000 if int(stamp) >= MILLISECONDS_FROM else int(stamp)
        return abs(now - datetime.fromtimestamp(seconds, UTC)) <= tolerance

    def _sign(self, key: bytes, raw: bytes, received: Mapping[str, str]) -> str:
        values = {
            b"body": raw,
            b"timestamp": received.get(self.timestamp_header.lower(), "").encode(),
            b"svix-id": received.get(self.message_id_header.lower(), "").encode(errors="surrogateescape"),
        }
        payload = PLACEHOLDER.sub(lambda match: values[match[1]], self._format.encode())
        digest = hmac.new(key, payload, getattr(hashlib, self.algorithm)).digest()
        return digest.hex() if self.signature_encoding == "hex" else base64.b64encode(digest).decode()


def plans_for(secret: str) -> tuple[WebhookPlan, ...]:
    """The ways accepted for one secret: the header we set ourselves, and the vendor's bearer and HMAC defaults."""
    return (
        WebhookPlan(type="bearer", token=secret, header_name="X-Vapi-Secret", bearer_prefix_enabled=False),
        WebhookPlan(type="bearer", token=secret),
        WebhookPlan(type="hmac", secret_key=secret),
    )


def _same(received: str, expected: str) -> bool:
    return hmac.compare_digest(received.encode(errors="surrogateescape"), expected.encode())
