from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from inspralv.foundation.language.texts import N_
from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, AgentOptions, Hooks, ProviderSession, RemoteRef, Voice
from inspralv.providers.vapi.client import VapiClient
from inspralv.providers.vapi.options import OPTIONS
from inspralv.providers.vapi.page_policy import REAL_CALL_SOURCES, stand_in_sources
from inspralv.providers.vapi.session import VapiSession
from inspralv.providers.vapi.voices import VOICES
from inspralv.providers.vapi.webhooks import VapiHooks

Region = Literal["us", "eu"]
VENDOR_URLS: dict[Region, str] = {"us": "https://api.vapi.ai", "eu": "https://api.eu.vapi.ai"}
Key = Annotated[str, Meta(pattern=r"^[!-~]{1,1000}$", extra_json_schema={"writeOnly": True})]


class VapiCredentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    secret_key: Annotated[Key, Meta(title=N_("Private key"))]
    public_key: Annotated[
        Key | None, Meta(title=N_("Public key"), description=N_("Used for calls from the browser only"))
    ] = None
    region: Annotated[
        Region, Meta(title=N_("Region"), description=N_("Keys of one region do not work in the other"))
    ] = "us"

    def __repr__(self) -> str:
        return f"VapiCredentials(region={self.region!r}, …)"


class VapiProvider:
    name = "vapi"
    label = "Vapi"
    abilities = frozenset(Ability) - {Ability.VOICE_LIST}
    credentials: type[Struct] = VapiCredentials
    options: AgentOptions = OPTIONS
    stock_voices: Sequence[Voice] = VOICES
    hooks: Hooks = VapiHooks()

    def __init__(self, base_urls: BaseUrls) -> None:
        self._urls = {region: base_urls.of("vapi", region) or url for region, url in VENDOR_URLS.items()}

    @property
    def stand_in_url(self) -> str | None:
        return next((url for region, url in self._urls.items() if url != VENDOR_URLS[region]), None)

    @property
    def web_call_sources(self) -> Mapping[str, str]:
        return stand_in_sources(self.stand_in_url) if self.stand_in_url else REAL_CALL_SOURCES

    def agent_ids_of(self, ref: RemoteRef) -> Sequence[str]:
        """Raises KeyError for the reference of another provider."""
        return (ref.ids["assistant_id"],)

    def hook_secrets(self, credentials: Struct) -> Sequence[str] | None:  # noqa: ARG002 - every address has its own
        return None

    def open(self, credentials: Struct, http: Outbound) -> ProviderSession:
        """Raises msgspec.ValidationError when these are not the credentials of this provider."""
        keys = msgspec.convert(credentials, VapiCredentials, from_attributes=True)
        base_url = self._urls[keys.region]
        private = VapiClient(http, base_url, keys.secret_key, region=keys.region)
        public = VapiClient(http, base_url, keys.public_key or keys.secret_key, region=keys.region)
        return VapiSession(private, public, keys.public_key)
