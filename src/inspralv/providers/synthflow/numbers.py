"""Telephone numbers (contract section 5). A number goes by its slug, which is the number without its plus sign.

An inbound assistant answers the number that is its own; an outbound one may call from all that are attached to it.
"""

from typing import Any

from inspralv.providers.contract import NumberBinding, NumberImport, NumberRef, RemoteNumber, SipTrunk
from inspralv.providers.errors import Missing
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.agents import id_of
from inspralv.providers.synthflow.client import SynthflowClient
from inspralv.providers.synthflow.paging import all_assistants, rows_of

USUAL_PORT = 5060
SHORTEST, LONGEST = 60, 3600
"""Seconds between two registrations."""


def number_of(ref: NumberRef) -> str:
    return f"+{ref.id}"


def slug_of(number: str) -> str:
    return number.removeprefix("+")


async def attach(client: SynthflowClient, model_id: str, ref: NumberRef) -> None:
    """Calls from a number that is not attached to the assistant stay queued (contract section 10)."""
    raw = await client.get(f"/assistants/{model_id}")
    assistant = wire.only(wire.assistants_in(wire.inside(raw, wire.Assistants)))
    there = _numbers_of(assistant)
    if number_of(ref) not in there:
        await client.put(f"/assistants/{model_id}/phone_numbers", {"phone_numbers": [*there, number_of(ref)]})


class SynthflowNumbers:
    def __init__(self, client: SynthflowClient, account_id: str | None) -> None:
        self._client = client
        self._account_id = account_id

    async def list(self) -> list[RemoteNumber]:
        """What the account lists, and what only its assistants know: imported numbers may be missing in the list."""
        assistants = await all_assistants(self._client)
        numbers = await self._listed() | {number: True for one in assistants for number in _numbers_of(one)}
        answering = {number: one.model_id for one in assistants if one.type == "inbound" for number in _numbers_of(one)}
        return [
            RemoteNumber(ref=NumberRef(slug_of(number)), number=number, remote_agent_id=answering.get(number))
            for number in numbers
        ]

    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        there = next((one for one in await self.list() if one.number == wanted.number), None)
        if there is not None:
            return there
        body = {"workspace_id": self._account_id, "phone_number": str(wanted.number), **_trunk_json(wanted.trunk)}
        await self._client.post("/custom-numbers", body | ({"friendly_name": wanted.name} if wanted.name else {}))
        return RemoteNumber(ref=NumberRef(slug_of(wanted.number)), number=str(wanted.number), name=wanted.name)

    async def bind(self, ref: NumberRef, binding: NumberBinding) -> None:
        """Other assistants may go on calling from the number; only one can answer it."""
        assistants = await all_assistants(self._client)
        number = number_of(ref)
        if number not in {*await self._listed(), *(one for other in assistants for one in _numbers_of(other))}:
            raise Missing("Synthflow does not know this number")
        wanted = id_of(binding.inbound, "inbound") if binding.inbound else None
        for assistant in assistants:
            if assistant.type == "inbound" and assistant.model_id != wanted and number in _numbers_of(assistant):
                await self._client.delete(f"/assistants/{assistant.model_id}/phone_numbers/{ref.id}")
        if wanted:
            await self._client.put(f"/assistants/{wanted}", {"phone_number": number})
        if binding.outbound:
            await attach(self._client, id_of(binding.outbound, "outbound"), ref)

    async def release(self, ref: NumberRef) -> None:
        await self._client.delete(f"/numbers/{ref.id}")

    async def _listed(self) -> dict[str, bool]:
        """Without the id of the account the list cannot be asked for."""
        if self._account_id is None:
            return {}
        rows = rows_of(
            self._client, "/numbers", wire.Numbers, lambda page: page.phone_numbers, {"workspace": self._account_id}
        )
        return {one.number: True async for one in rows if one.number}


def _numbers_of(assistant: wire.Assistant) -> list[str]:
    return [one.number for one in assistant.attached_phone_numbers or () if one.number]


def _trunk_json(trunk: SipTrunk) -> dict[str, Any]:
    address = trunk.host if trunk.port == USUAL_PORT else f"{trunk.host}:{trunk.port}"
    way = "" if trunk.transport == "udp" else f";transport={trunk.transport}"
    body: dict[str, Any] = {
        "provider_name": "custom", "termination_uri": address + way, "trunk_username": trunk.username,
        "trunk_pwd": trunk.password,
    }  # fmt: skip
    proxy = {"sip_outbound_proxy": trunk.outbound_proxy} if trunk.outbound_proxy else {}
    seconds = min(max(trunk.registration_expiry, SHORTEST), LONGEST)
    return body | proxy | ({"uac_enabled": True, "uac_register_expires": seconds} if trunk.register else {})
