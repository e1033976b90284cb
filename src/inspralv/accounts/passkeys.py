"""Passkeys by themselves (WebAuthn level 3): what an authenticator is asked, and whether its answer is good.

A passkey is asked to recognise its person (user verification), so that it is two factors in one: the thing, and the
finger or PIN that opens it. No database here.
"""

from __future__ import annotations

import binascii
import json
from typing import Any
from uuid import UUID

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from inspralv.accounts.schemas import NewPasskey, PasskeyProof

_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, binascii.Error)


class BadPasskey(Exception):  # noqa: N818 - says what it is
    """The answer of the authenticator is malformed, for another site, or wrongly signed."""


class Site(msgspec.Struct, frozen=True):
    """Whom a passkey is made for: the host (`rp_id`), its origin and its name."""

    rp_id: str
    origin: str
    name: str


class Attested(msgspec.Struct, frozen=True):
    """A new passkey as it is stored."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool


def ask_to_make(site: Site, user_id: UUID, email: str, challenge: bytes, known: list[bytes]) -> dict[str, Any]:
    """Return the options of navigator.credentials.create; an authenticator that is `known` makes no second one."""
    options = generate_registration_options(
        rp_id=site.rp_id, rp_name=site.name, user_id=user_id.bytes, user_name=email, challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )  # fmt: skip
    return dict(json.loads(options_to_json(options)))


def ask_to_sign(site: Site, challenge: bytes) -> dict[str, Any]:
    """Return the options of navigator.credentials.get; whoever has a passkey of this host may answer."""
    options = generate_authentication_options(
        rp_id=site.rp_id, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(json.loads(options_to_json(options)))


def challenge_in(client_data: str) -> bytes:
    """Return the challenge that an answer says it is for. Raises BadPasskey."""
    try:
        return parse_client_data_json(base64url_to_bytes(client_data)).challenge
    except _BROKEN as fault:
        raise BadPasskey(str(fault)) from fault


def credential_id_of(proof: PasskeyProof) -> bytes:
    """Return which passkey answered. Raises BadPasskey."""
    try:
        return base64url_to_bytes(proof.id)
    except _BROKEN as fault:
        raise BadPasskey(str(fault)) from fault


def check_made(site: Site, made: NewPasskey, challenge: bytes) -> Attested:
    """Return the new passkey. Raises BadPasskey."""
    answer = {"clientDataJSON": made.client_data, "attestationObject": made.attestation}
    try:
        found = verify_registration_response(
            credential=_credential(made.id, answer), expected_challenge=challenge, expected_rp_id=site.rp_id,
            expected_origin=site.origin, require_user_verification=True,
        )  # fmt: skip
    except _BROKEN as fault:
        raise BadPasskey(str(fault)) from fault
    backed_up = bool(found.credential_backed_up)
    return Attested(found.credential_id, found.credential_public_key, found.sign_count, backed_up)


def check_signed(site: Site, proof: PasskeyProof, challenge: bytes, public_key: bytes, sign_count: int) -> int:
    """Return the passkey's new count of signatures. Raises BadPasskey, also when the count shows that it was copied."""
    answer = {
        "clientDataJSON": proof.client_data,
        "authenticatorData": proof.authenticator_data,
        "signature": proof.signature,
    }
    try:
        found = verify_authentication_response(
            credential=_credential(proof.id, answer), expected_challenge=challenge, expected_rp_id=site.rp_id,
            expected_origin=site.origin, credential_public_key=public_key, credential_current_sign_count=sign_count,
            require_user_verification=True,
        )  # fmt: skip
    except _BROKEN as fault:
        raise BadPasskey(str(fault)) from fault
    return found.new_sign_count


def _credential(given_id: str, response: dict[str, str]) -> dict[str, Any]:
    canonical = bytes_to_base64url(base64url_to_bytes(given_id))
    return {"id": canonical, "rawId": canonical, "type": "public-key", "response": response}
