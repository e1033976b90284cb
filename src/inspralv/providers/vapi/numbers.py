"""Telephone numbers: bringing one's own trunk and number, and who answers (contract section 5)."""

from typing import Any

from inspralv.providers.contract import NumberBinding, NumberImport, NumberRef, RemoteNumber, SipTrunk
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.client import VapiClient
from inspralv.providers.vapi.mapper import SECRET_HEADER
from inspralv.providers.vapi.names import cut

OWN = "byo-phone-number"
LIST_LIMIT = "1000"


def remote_number(entry: wire.Number) -> RemoteNumber:
    return RemoteNumber(
        ref=NumberRef(entry.id or ""),
        number=entry.number,
        name=entry.name,
        is_active=entry.status in {None, "active"},
        remote_agent_id=entry.assistant_id,
    )


class VapiNumbers:
    def __init__(self, client: VapiClient) -> None:
        self._client = client

    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        known = wire.decode(await self._client.get("/phone-number", {"limit": LIST_LIMIT}), list[wire.Number])
        there = next((entry for entry in known if entry.id and entry.number == wanted.number), None)
        if there is not None:
            return remote_number(there)
        credential = wire.decode(
            await self._client.post("/credential", _trunk_json(wanted.trunk, wanted.number)), wire.Identified
        )
        body: dict[str, Any] = {"provider": OWN, "number": str(wanted.number), "credentialId": credential.id}
        if wanted.name:
            body["name"] = cut(wanted.name)
        return remote_number(wire.decode(await self._client.post("/phone-number", body), wire.Number))

    async def bind(self, ref: NumberRef, binding: NumberBinding) -> None:
        """Any assistant may call from any number, so only the answering side is bound. A number without an assistant
        asks its server who takes the call."""
        current = wire.decode(await self._client.get(f"/phone-number/{ref.id}"), wire.Number)
        route = binding.route
        assistant_id = binding.inbound.ids["assistant_id"] if binding.inbound and route is None else None
        server = {"url": route.url, "headers": {SECRET_HEADER: route.secret}} if route else None
        body = {"provider": current.provider, "assistantId": assistant_id, "server": server}
        await self._client.patch(f"/phone-number/{ref.id}", body)

    async def release(self, ref: NumberRef) -> None:
        current = wire.decode(await self._client.get(f"/phone-number/{ref.id}"), wire.Number)
        await self._client.delete(f"/phone-number/{ref.id}")
        if current.credential_id:
            await self._client.delete(f"/credential/{current.credential_id}")


def _trunk_json(trunk: SipTrunk, number: str) -> dict[str, Any]:
    """The gateway is part of the vendor's schema ByoSipTrunkCredential."""
    plan: dict[str, Any] = {"authUsername": trunk.username, "authPassword": trunk.password}
    return {
        "provider": "byo-sip-trunk",
        "name": cut(number),
        "gateways": [{"ip": trunk.host, "port": trunk.port, "outboundProtocol": trunk.transport}],
        "outboundAuthenticationPlan": plan,
    }
