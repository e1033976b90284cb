"""How a webhook of Retell shows that it comes from Retell: contract section 12, "Signature"."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

HEADER = "x-retell-signature"
WINDOW = timedelta(minutes=5)
_SIGNATURE = re.compile(r"v=(\d+),d=([0-9a-f]{64})", re.ASCII)
_DIGITS = 15
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def verify(raw: bytes, headers: Mapping[str, str], key: str, now: datetime, tolerance: timedelta) -> bool:
    """False for a wrong, missing or old signature, and without a key. The body counts byte by byte."""
    received = {name.lower(): value for name, value in headers.items()}
    found = _SIGNATURE.fullmatch(received.get(HEADER, ""))
    if found is None or not key or len(found[1]) > _DIGITS:
        return False
    signed_at = _EPOCH + timedelta(milliseconds=int(found[1]))
    if abs(now - signed_at) > min(tolerance, WINDOW):
        return False
    return hmac.compare_digest(sign(raw, found[1], key), found[2])


def sign(raw: bytes, stamp: str, key: str) -> str:
    """Return the digest for a body at a moment, in milliseconds since 1970."""
    return hmac.new(key.encode(), raw + stamp.encode(), hashlib.sha256).hexdigest()
