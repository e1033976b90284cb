"""The emulated vendors' customers, for the demo and for tests: what each would enter as its key."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from inspralv.sandbox import options as vapi
from inspralv.sandbox.retell import accounts as retell
from inspralv.sandbox.synthflow import accounts as synthflow


class Customer(msgspec.Struct, frozen=True):
    """`credentials` holds the fields of the provider's form; `number` is its line, `number_id` the vendor's id of it."""

    credentials: dict[str, str]
    number: str
    number_id: str


class Pair(msgspec.Struct, frozen=True):
    """Two customers of one vendor who must never see each other."""

    acme: Customer
    rival: Customer


def _of_vapi(account: vapi.Account) -> Customer:
    keys = {"secret_key": account.private_key, "public_key": account.public_key}
    return Customer(keys, account.phone_number, account.phone_number_id)


def _of_synthflow(account: synthflow.Account) -> Customer:
    keys = {"secret_key": account.api_key, "webhook_key": account.webhook_key, "account_id": account.id}
    return Customer(keys, account.phone_number, account.phone_number.removeprefix("+"))


def _of_retell(account: retell.Account) -> Customer:
    return Customer({"secret_key": account.api_key}, account.phone_number, account.phone_number)


CUSTOMERS: Mapping[str, Pair] = {
    "vapi": Pair(_of_vapi(vapi.ACME), _of_vapi(vapi.RIVAL)),
    "synthflow": Pair(_of_synthflow(synthflow.ACME), _of_synthflow(synthflow.RIVAL)),
    "retell": Pair(_of_retell(retell.ACME), _of_retell(retell.RIVAL)),
}
