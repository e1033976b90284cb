"""Telephone numbers: bringing one's own trunk and number, and who answers (contract section 5)."""

import ipaddress
from contextlib import suppress
from typing import Any

from inspralv.providers.contract import NumberBinding, NumberImport, NumberRef, RemoteNumber, SipTrunk
from inspralv.providers.errors import ProviderError, Refused
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.client import VapiClient
from inspralv.providers.vapi.mapper import SECRET_HEADER
from inspralv.providers.vapi.names import cut

OWN = "byo-phone-number"
LIST_LIMIT = "1000"
ROUTE_SECONDS = 7
"""The vendor answers the caller itself after 7.5 s (contract section 7)."""


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

    async def list(self) -> list[RemoteNumber]:
        raw = await self._client.get("/phone-number", {"limit": LIST_LIMIT})
        return [remote_number(entry) for entry in wire.decode(raw, list[wire.Number]) if entry.id]

    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        """Every number has a trunk credential of its own, which leaves with it; one whose number is refused goes too."""
        there = next((one for one in await self.list() if one.number == wanted.number), None)
        if there is not None:
            return there
        made = await self._client.post("/credential", _trunk_json(wanted.trunk, wanted.number))
        credential_id = wire.decode(made, wire.Identified).id
        body: dict[str, Any] = {"provider": OWN, "number": str(wanted.number), "credentialId": credential_id}
        if wanted.name:
            body["name"] = cut(wanted.name)
        try:
            return remote_number(wire.decode(await self._client.post("/phone-number", body), wire.Number))
        except Refused:
            with suppress(ProviderError):
                await self._client.delete(f"/credential/{credential_id}")
            raise

    async def bind(self, ref: NumberRef, binding: NumberBinding) -> None:
        """Any assistant may call from any number, so only the answering side is bound. A number without an assistant
        asks its server who takes the call."""
        current = wire.decode(await self._client.get(f"/phone-number/{ref.id}"), wire.Number)
        route = binding.route
        assistant_id = binding.inbound.ids["assistant_id"] if binding.inbound and route is None else None
        server = (
            {"url": route.url, "headers": {SECRET_HEADER: route.secret}, "timeoutSeconds": ROUTE_SECONDS}
            if route
            else None
        )
        body = {"provider": current.provider, "assistantId": assistant_id, "server": server}
        await self._client.patch(f"/phone-number/{ref.id}", body)

    async def release(self, ref: NumberRef) -> None:
        current = wire.decode(await self._client.get(f"/phone-number/{ref.id}"), wire.Number)
        await self._client.delete(f"/phone-number/{ref.id}")
        if current.provider == OWN and current.credential_id:
            with suppress(ProviderError):  # the number is gone, which is what was asked for
                await self._client.delete(f"/credential/{current.credential_id}")


def _trunk_json(trunk: SipTrunk, number: str) -> dict[str, Any]:
    """The vendor's ByoSipTrunkCredential. A gateway that is a name, not an IPv4 address, can only be called out to."""
    host, port = _address(trunk)
    gateway: dict[str, Any] = {"ip": host, "port": port, "outboundProtocol": trunk.transport}
    if not _is_ipv4(host):
        gateway["inboundEnabled"] = False
    plan: dict[str, Any] = {"authUsername": trunk.username, "authPassword": trunk.password}
    if trunk.register:
        realm = {"realm": trunk.realm} if trunk.realm else {}
        plan["sipRegisterPlan"] = {"domain": trunk.host, "username": trunk.username, **realm}
    return {
        "provider": "byo-sip-trunk",
        "name": cut(number),
        "gateways": [gateway],
        "outboundAuthenticationPlan": plan,
        "outboundLeadingPlusEnabled": True,
    }


def _address(trunk: SipTrunk) -> tuple[str, int]:
    """Return where calls are sent first: the proxy, if there is one."""
    host, _, port = (trunk.outbound_proxy or "").partition(":")
    if not host:
        return trunk.host, trunk.port
    return host, int(port) if port.isdecimal() else trunk.port


def _is_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
