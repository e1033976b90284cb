"""Bringing a number of one's own to a provider, and taking it away again: read, talk, write."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job
from inspralv.foundation.language.stored import Stored
from inspralv.integrations.connections import Account, find_account, mark_key_bad, open_session, provider_of
from inspralv.providers.contract import E164, Ability, NumberImport, NumberRef, ProviderSession, RemoteNumber, SipTrunk
from inspralv.providers.errors import Missing
from inspralv.telephony.events import ImportFailed, NumberImported, NumberReleased
from inspralv.telephony.outcomes import Failed, Lost, Trouble, outcome_of
from inspralv.telephony.queries import numbers, trunks
from inspralv.telephony.schemas import Number, Trunk
from inspralv.telephony.sealing import open_password

_OF_TRUNK = {"host", "port", "transport", "username", "password", "outbound_proxy", "realm"}
_STILL_THERE = Stored("It could not be released: %(reason)s")


class Import(msgspec.Struct, frozen=True):
    """A number to bring in. Holds keys and the trunk's password: never printed, stored or sent."""

    number: Number
    trunk_id: UUID
    wanted: NumberImport
    account: Account
    label: str


class Release(msgspec.Struct, frozen=True):
    """A number to take away. Without `ref` it is looked for: its import was never confirmed."""

    number: Number
    ref: NumberRef | None
    account: Account
    label: str


async def prepare_import(job: Job, number_id: UUID) -> Import | None:
    """Read what to bring; None when there is nothing to do."""
    async with job.partner() as ctx:
        number = await numbers.look_up(ctx, number_id)
        if number is None or number.state != "pending" or number.sip_trunk_id is None:
            return None
        account = await find_account(ctx, number.integration_id)
        if account is None:
            return None
        trunk = await trunks.find_trunk(ctx, number.sip_trunk_id)
        password = open_password(ctx, trunk.id, await trunks.find_sealed_password(ctx, trunk.id))
        await numbers.save_asked(ctx, number_id)
        wanted = NumberImport(
            number=E164(number.phone_number), name=number.friendly_name, trunk=sip_trunk(trunk, password)
        )
        return Import(number, trunk.id, wanted, account, provider_of(ctx.services, number.provider).label)


async def talk_import(job: Job, errand: Import) -> RemoteNumber | Trouble:
    """Ask the provider to take the number."""

    async def ask() -> RemoteNumber:
        return await open_session(job.services, errand.account).import_number(errand.wanted)

    return await outcome_of(ask(), errand.label)


async def write_imported(ctx: Context, errand: Import, remote: RemoteNumber) -> None:
    """Store that the provider has the number."""
    number = errand.number
    await trunks.save_state(ctx, errand.trunk_id, "synced", None)
    if await numbers.save_active(ctx, number.id, remote.ref.id):
        told = {"external_id": remote.ref.id}
        ctx.record(NumberImported(entity_id=number.id, workspace_id=number.assigned_workspace_id, new=told))


async def write_import_failed(ctx: Context, errand: Import, failed: Failed | Lost) -> None:
    """Store why the provider did not take the number. The context sees the whole partner."""
    field = field_of(failed.field) if isinstance(failed, Failed) else None
    if isinstance(failed, Failed) and failed.is_key:
        await mark_key_bad(ctx, errand.account.integration_id, failed.reason, errand.account.version)
    elif field == "sip_trunk_id":
        await trunks.save_state(ctx, errand.trunk_id, "error", failed.reason)
    number = errand.number
    if await numbers.save_trouble(ctx, number.id, "error", failed.reason, field, only_from=("pending",)):
        told = {"state_error": failed.reason}
        ctx.record(ImportFailed(entity_id=number.id, workspace_id=number.assigned_workspace_id, new=told))


async def prepare_release(job: Job, number_id: UUID) -> Release | None:
    """Read what to take away; None when that is done, or nothing can be there."""
    async with job.partner() as ctx:
        number = await numbers.look_up(ctx, number_id)
        if number is None or number.state != "releasing":
            return None
        account = await find_account(ctx, number.integration_id)
        provider = provider_of(ctx.services, number.provider)
        was_asked = number.external_id or await numbers.was_asked(ctx, number_id)
        if (
            account is None
            or not was_asked
            or Ability.NUMBER_IMPORT not in provider.abilities
            or number.sip_trunk_id is None
        ):
            await write_released(ctx, number)
            return None
        ref = NumberRef(number.external_id) if number.external_id else None
        return Release(number, ref, account, provider.label)


async def talk_release(job: Job, errand: Release) -> Trouble | None:
    """Ask the provider to forget the number; one that is gone there already counts as forgotten."""

    async def ask() -> None:
        await _release(open_session(job.services, errand.account), errand)

    outcome = await outcome_of(ask(), errand.label)
    return None if isinstance(outcome, Lost) else outcome


async def write_released(ctx: Context, number: Number) -> None:
    """Forget the number here."""
    if await numbers.delete_number(ctx, number.id):
        ctx.record(NumberReleased(entity_id=number.id, old={"phone_number": number.phone_number}))


async def write_release_failed(ctx: Context, errand: Release, reason: str) -> None:
    """The number is still there, and says why."""
    text = _STILL_THERE(reason=reason)
    state = "active" if errand.ref else "error"
    await numbers.save_trouble(ctx, errand.number.id, state, text, only_from=("releasing",))


def sip_trunk(trunk: Trunk, password: str) -> SipTrunk:
    """Return a trunk as the provider contract describes it."""
    return SipTrunk(
        host=trunk.sip_server, port=trunk.sip_port, transport=trunk.sip_transport, username=trunk.sip_username,
        password=password, outbound_proxy=trunk.outbound_proxy, realm=trunk.sip_realm, register=trunk.register,
        registration_expiry=trunk.registration_expiry,
    )  # fmt: skip


def field_of(theirs: str | None) -> str | None:
    """Return our form's field for the contract's: "number", "name", "trunk" and "trunk.host" and the like."""
    if theirs is None:
        return None
    if theirs.startswith("trunk") or theirs in _OF_TRUNK:
        return "sip_trunk_id"
    return {"number": "phone_number", "name": "friendly_name"}.get(theirs)


async def _release(session: ProviderSession, errand: Release) -> None:
    ref = errand.ref
    if ref is None:
        listed = await session.numbers()
        ref = next((one.ref for one in listed if one.number == errand.number.phone_number), None)
    if ref is None:
        raise Missing("the number never got there")
    await session.release_number(ref)
