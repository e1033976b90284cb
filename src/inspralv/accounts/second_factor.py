"""The second factor by itself: codes of an authenticator app (RFC 6238) and recovery codes. No database here."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

STEP_SECONDS = 30
RECOVERY_CODES = 10
_DRIFT = (0, -1, 1)  # steps a phone's clock may be off
_CODE_BYTES = 10  # 80 bits: too many to guess, even for somebody who has the hashes
_GROUP = 4


def new_secret() -> str:
    """Return a random secret of 160 bits, in the Base32 that apps read."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the step of 30 seconds that a code belongs to, or None when it is wrong or too old."""
    now, typed = int(at.timestamp()) // STEP_SECONDS, plain_code(code)
    steps = (now + drift for drift in _DRIFT)
    return next((step for step in steps if hmac.compare_digest(pyotp.HOTP(secret).at(step), typed)), None)


def setup_address(secret: str, email: str, issuer: str) -> str:
    """Return the otpauth:// address that an app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def qr_picture(address: str) -> Markup:
    """Return a QR code as SVG: dark on light in either theme, since cameras want it so."""
    svg = segno.make(address, error="m", micro=False).svg_inline(
        scale=1, border=3, dark="#000000", light="#ffffff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(svg)  # noqa: S704 - made here, from black and white squares


def spelled_secret(secret: str) -> str:
    """Return the secret in groups, to be typed by hand."""
    return _grouped(secret.lower())


def new_recovery_codes() -> list[str]:
    """Return ten codes for people who lost their phone, each good once."""
    return [_grouped(b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower(), "-") for _ in range(RECOVERY_CODES)]


def plain_code(typed: str) -> str:
    """Return a code as it is compared: blanks, hyphens and capitals do not count. Only ASCII can be right."""
    return "".join(c for c in typed.lower() if c.isascii() and c.isalnum())


def _grouped(text: str, between: str = " ") -> str:
    return between.join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
