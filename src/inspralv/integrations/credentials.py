"""A provider's own credentials, made of the keys and the config of an integration."""

from __future__ import annotations

from typing import Any

import msgspec

from inspralv.providers.contract import VoiceProvider


def credentials_of(
    provider: VoiceProvider, secret_key: str, public_key: str | None, config: dict[str, Any]
) -> msgspec.Struct:
    """Return the provider's own credentials. Raises msgspec.ValidationError."""
    return msgspec.convert(raw_credentials(provider, secret_key, public_key, config), provider.credentials)


def raw_credentials(
    provider: VoiceProvider, secret_key: str, public_key: str | None, config: dict[str, Any]
) -> dict[str, Any]:
    """Return what of the keys and the config the provider's credentials ask for."""
    known = {field.name for field in msgspec.structs.fields(provider.credentials)}
    given = {"secret_key": secret_key, "public_key": public_key, **config}
    return {name: value for name, value in given.items() if name in known and value is not None}
