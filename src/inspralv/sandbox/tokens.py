"""OAuth 2.0 client credentials: how a webhook gets its bearer token when the plan names a token address."""

from __future__ import annotations

import time
from typing import Any

import httpx

_EARLY_SECONDS = 30.0


class Tokens:
    """Tokens by token address and client, each asked for once until shortly before it expires."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}

    async def get(self, plan: dict[str, Any]) -> str:
        """Return an access token. Raises httpx.HTTPError, and KeyError or ValueError for an answer without a token."""
        key = (plan["url"], plan["clientId"])
        token, until = self._kept.get(key, ("", 0.0))
        if time.monotonic() < until:
            return token
        form = {
            "grant_type": "client_credentials",
            "client_id": plan["clientId"],
            "client_secret": plan["clientSecret"],
        }
        form |= {"scope": plan["scope"]} if plan.get("scope") else {}
        answer = await self._client.post(plan["url"], data=form, timeout=20)
        content = answer.raise_for_status().json()
        token = str(content["access_token"])
        self._kept[key] = (token, time.monotonic() + float(content.get("expires_in", 0)) - _EARLY_SECONDS)
        return token
