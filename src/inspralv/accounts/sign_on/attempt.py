"""A sign-in that is under way at a provider: kept in a signed cookie of the browser that began it, so that an answer
is taken from no other browser."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import Cookie

from inspralv.foundation.secrets import Sealer, new_token
from inspralv.foundation.web.cookies import cookie_name, server_cookie
from inspralv.tenancy.session_cookie import SessionPolicy

LIFE: Final = timedelta(minutes=10)
_NAME = "sign-on"
_PURPOSE = b"sign-on attempt\n"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """`state`, `nonce` and `verifier` are random; the verifier is PKCE's (RFC 7636)."""

    partner_id: UUID
    provider_id: UUID
    state: str
    nonce: str
    verifier: str
    redirect: str
    until: datetime

    @property
    def challenge(self) -> str:
        """PKCE's S256 challenge (RFC 7636, section 4.2)."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def begin(partner_id: UUID, provider_id: UUID, redirect: str, now: datetime) -> Attempt:
    """Return a new attempt."""
    return Attempt(
        partner_id=partner_id, provider_id=provider_id, state=new_token(), nonce=new_token(), verifier=new_token(),
        redirect=redirect, until=now + LIFE,
    )  # fmt: skip


def attempt_cookie(policy: SessionPolicy, sealer: Sealer, attempt: Attempt | None) -> Cookie:
    """Return the cookie of an attempt; without one it ends in the browser."""
    if attempt is None:
        return server_cookie(_NAME, "", 0, secure=policy.secure)
    body = urlsafe_b64encode(msgspec.json.encode(attempt))
    mark = urlsafe_b64encode(sealer.sign(_PURPOSE + body))
    value = f"{body.decode()}.{mark.decode()}".replace("=", "~")  # "=" would have the value quoted
    return server_cookie(_NAME, value, int(LIFE.total_seconds()), secure=policy.secure)


def attempt_of(
    request: Request[Any, Any, Any], policy: SessionPolicy, sealer: Sealer, partner_id: UUID, now: datetime
) -> Attempt | None:
    """Return the attempt this browser began here, or None when there is none or it took too long."""
    value = request.cookies.get(cookie_name(_NAME, secure=policy.secure), "").replace("~", "=")
    body, _, mark = value.partition(".")
    try:
        if not sealer.is_signed(_PURPOSE + body.encode(), urlsafe_b64decode(mark)):
            return None
        attempt = msgspec.json.decode(urlsafe_b64decode(body), type=Attempt)
    except ValueError:  # base64 and JSON alike
        return None
    return attempt if attempt.partner_id == partner_id and attempt.until > now else None
