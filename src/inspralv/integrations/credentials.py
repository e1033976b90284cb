"""A provider's own credentials, and what a form has to ask for them.

A provider declares one struct. Its fields marked `writeOnly` are secrets: each is one of SECRETS, stored sealed and
never shown. All others are plain text or choices and live in the integration's config under their own names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, get_args

import msgspec

from inspralv.foundation.language.texts import said
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import build_registry

SecretName = Literal["secret_key", "public_key", "webhook_key"]
SECRETS: tuple[SecretName, ...] = get_args(SecretName)
Keys = Mapping[str, str | None]  # by SecretName


class CredentialField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a provider's credentials. `choices` is empty for free text; the usual choice comes first."""

    DOOR: ClassVar[str] = "region"

    name: str
    label: str
    hint: str = ""
    is_secret: bool = False
    required: bool = False
    choices: Sequence[str] = ()

    @property
    def is_door(self) -> bool:
        """Whether the choice says where the vendor is asked: keys of one region do not work in another."""
        return self.name == self.DOOR


def credential_fields(credentials: type[msgspec.Struct]) -> tuple[CredentialField, ...]:
    """Return the fields of a provider's credentials in the order in which they are declared."""
    schema = msgspec.json.schema(credentials)
    body = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    required = set(body.get("required", ()))
    return tuple(_field(name, about, name in required) for name, about in body["properties"].items())


def plain_names() -> tuple[str, ...]:
    """Return the names of all plain fields that a provider of this installation asks for."""
    providers = build_registry(BaseUrls()).values()
    names = [f.name for one in providers for f in credential_fields(one.credentials) if not f.is_secret]
    return tuple(dict.fromkeys(names))


def credentials_of(provider: VoiceProvider, keys: Keys, config: Mapping[str, Any]) -> msgspec.Struct:
    """Return the provider's own credentials. Raises msgspec.ValidationError."""
    return msgspec.convert(raw_credentials(provider, keys, config), provider.credentials)


def raw_credentials(provider: VoiceProvider, keys: Keys, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the keys and the config the provider's credentials ask for."""
    known = {field.name for field in msgspec.structs.fields(provider.credentials)}
    given: dict[str, Any] = {**config, **keys}
    return {name: value for name, value in given.items() if name in known and value is not None}


def _field(name: str, about: dict[str, Any], required: bool) -> CredentialField:  # noqa: FBT001 - internal
    options = [one for one in about.get("anyOf", [about]) if one.get("type") != "null"]
    choices = [value for one in options for value in one.get("enum", ())]
    default = about.get("default")
    return CredentialField(
        name=name, label=said(about.get("title", "")) or name.replace("_", " ").capitalize(),
        hint=said(about.get("description", "")), required=required,
        is_secret=any(one.get("writeOnly") for one in (about, *options)),
        choices=sorted(choices, key=lambda value: (value != default, value)),
    )  # fmt: skip
