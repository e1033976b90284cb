"""How a webhook proves who sent it: every authentication plan of the contract (section 7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

Plan = dict[str, Any]


def sign(
    plan: Plan | None, body: bytes, *, timestamp: str, message_id: str, method: str = "POST", url: str = ""
) -> dict[str, str]:
    """Return the headers that a plan adds to a request. Raises ValueError for an unknown plan."""
    if not plan:
        return {}
    if plan["type"] == "bearer":
        prefix = "Bearer " if plan.get("bearerPrefixEnabled", True) else ""
        return {plan.get("headerName", "Authorization").lower(): f"{prefix}{plan['token']}"}
    if plan["type"] == "hmac":
        return _hmac(plan, body, timestamp=timestamp, message_id=message_id, method=method, url=url)
    raise ValueError(f"unknown authentication plan {plan['type']}")


def _hmac(plan: Plan, body: bytes, *, timestamp: str, message_id: str, method: str, url: str) -> dict[str, str]:
    secret = base64.b64decode(plan["secretKey"]) if plan.get("secretIsBase64") else plan["secretKey"].encode()
    with_time = plan.get("includeTimestamp", True)
    layout = plan.get("payloadFormat") or ("{timestamp}.{body}" if with_time else "{body}")
    known = {"{timestamp}": timestamp, "{method}": method, "{url}": url, "{svix-id}": message_id}
    for name, value in known.items():
        layout = layout.replace(name, value)
    head, _, tail = layout.partition("{body}")
    digest = hmac.new(
        secret, head.encode() + body + tail.encode(), getattr(hashlib, plan.get("algorithm", "sha256"))
    ).digest()
    text = base64.b64encode(digest).decode() if plan.get("signatureEncoding") == "base64" else digest.hex()
    headers = {plan.get("signatureHeader", "x-signature").lower(): f"{plan.get('signaturePrefix', '')}{text}"}
    if with_time:
        headers[plan.get("timestampHeader", "x-timestamp").lower()] = timestamp
    if plan.get("messageIdHeader"):
        headers[plan["messageIdHeader"].lower()] = message_id
    return headers
