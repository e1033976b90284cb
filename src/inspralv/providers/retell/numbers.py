"""Telephone numbers, whose ids are the numbers themselves (contract section 9)."""

from typing import Any

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import NumberBinding, NumberImport, NumberRef, RemoteNumber, RemoteRef, SipTrunk
from inspralv.providers.errors import Malformed, Refused
from inspralv.providers.retell import wire
from inspralv.providers.retell.agents import agent_id_of
from inspralv.providers.retell.calls import PUBLISHED
from inspralv.providers.retell.client import Lost, RetellClient
from inspralv.providers.retell.paging import items_of

SIP_PORT = 5060
NO_REGISTRATION = Stored(
    "%(label)s does not register with an exchange: it is called at its own address, without registration."
)


class RetellNumbers:
    def __init__(self, client: RetellClient) -> None:
        self._client = client

    async def list(self) -> list[RemoteNumber]:
        found = [item async for item in items_of(self._client, "GET", "/v2/list-phone-numbers")]
        return [_remote_number(wire.convert(item, wire.Number)) for item in found]

    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        there = await self._find(wanted)
        if there is not None:
            return there
        body: dict[str, Any] = {"phone_number": str(wanted.number), **_trunk_json(wanted.trunk)}
        if wanted.name:
            body["nickname"] = wanted.name
        try:
            return _remote_number(wire.decode(await self._client.post("/import-phone-number", body), wire.Number))
        except (Lost, Malformed):
            made = await self._find(wanted)
            if made is None:
                raise
            return made

    async def bind(self, ref: NumberRef, binding: NumberBinding) -> None:
        """With an address to ask, the number's own agent answers where nobody else does."""
        body = {
            "inbound_agents": _agents_json(binding.inbound),
            "outbound_agents": _agents_json(binding.outbound),
            "inbound_webhook_url": binding.route.url if binding.route else None,
        }
        await self._client.patch(f"/update-phone-number/{ref.id}", body)

    async def release(self, ref: NumberRef) -> None:
        await self._client.delete(f"/delete-phone-number/{ref.id}")

    async def _find(self, wanted: NumberImport) -> RemoteNumber | None:
        return next((one for one in await self.list() if one.number == wanted.number), None)


def _remote_number(entry: wire.Number) -> RemoteNumber:
    agents = entry.inbound_agents or []
    return RemoteNumber(
        ref=NumberRef(entry.phone_number),
        number=entry.phone_number if entry.phone_number.startswith("+") else None,
        name=entry.nickname or None,
        remote_agent_id=agents[0].agent_id if agents else None,
    )


def _agents_json(ref: RemoteRef | None) -> list[dict[str, Any]] | None:
    """The weights of a number's agents sum to 1; null takes them away."""
    return [{"agent_id": agent_id_of(ref), "weight": 1, "agent_version": PUBLISHED}] if ref else None


def _trunk_json(trunk: SipTrunk) -> dict[str, Any]:
    """Raises Refused for a trunk that waits to be registered with."""
    if trunk.register:
        raise Refused("trunk", NO_REGISTRATION(label="Retell"))
    host = trunk.outbound_proxy or (trunk.host if trunk.port == SIP_PORT else f"{trunk.host}:{trunk.port}")
    return {
        "termination_uri": host,
        "sip_trunk_auth_username": trunk.username,
        "sip_trunk_auth_password": trunk.password,
        "transport": trunk.transport.upper(),
    }
