from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from inspralv.foundation.language.texts import N_
from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, AgentOptions, Hooks, ProviderSession, RemoteRef, Voice
from inspralv.providers.synthflow.client import SynthflowClient
from inspralv.providers.synthflow.mapper import KINDS
from inspralv.providers.synthflow.options import OPTIONS, STOCK_VOICES
from inspralv.providers.synthflow.regions import VENDOR_URLS, Region, addresses, widget_of
from inspralv.providers.synthflow.session import SynthflowSession
from inspralv.providers.synthflow.web_call import REAL_CALL_SOURCES, stand_in_sources
from inspralv.providers.synthflow.webhooks import SynthflowHooks

Key = Annotated[str, Meta(pattern=r"^[!-~]{1,1000}$", extra_json_schema={"writeOnly": True})]
AccountId = Annotated[str, Meta(pattern=r"^[!-~]{1,200}$")]


class SynthflowCredentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    secret_key: Annotated[Key, Meta(title=N_("API key"))]
    webhook_key: Annotated[
        Key | None,
        Meta(
            title=N_("Webhook secret"),
            description=N_("From the security settings. Without it calls are asked after instead of being told"),
        ),
    ] = None
    account_id: Annotated[
        AccountId | None,
        Meta(
            title=N_("Workspace ID"), description=N_("From the address of the dashboard. Needed for voices and numbers")
        ),
    ] = None
    region: Annotated[
        Region, Meta(title=N_("Region"), description=N_("Keys of one region do not work in the others"))
    ] = "global"

    def __repr__(self) -> str:
        return f"SynthflowCredentials(region={self.region!r}, …)"


class SynthflowProvider:
    name = "synthflow"
    label = "Synthflow"
    abilities = frozenset(
        {
            Ability.AGENTS,
            Ability.WEB_CALLS,
            Ability.PHONE_CALLS,
            Ability.PHONE_NUMBERS,
            Ability.NUMBER_IMPORT,
            Ability.NUMBER_BINDING,
            Ability.VOICE_LIST,
            Ability.TOOL_CALLS,
        }
    )
    credentials: type[Struct] = SynthflowCredentials
    options: AgentOptions = OPTIONS
    stock_voices: Sequence[Voice] = STOCK_VOICES
    hooks: Hooks = SynthflowHooks()

    def __init__(self, base_urls: BaseUrls) -> None:
        self._urls = addresses(base_urls)

    @property
    def stand_in_url(self) -> str | None:
        return next((url for region, url in self._urls.items() if url != VENDOR_URLS[region]), None)

    @property
    def web_call_sources(self) -> Mapping[str, str]:
        return stand_in_sources(self.stand_in_url) if self.stand_in_url else REAL_CALL_SOURCES

    def agent_ids_of(self, ref: RemoteRef) -> Sequence[str]:
        """Raises KeyError for the reference of another provider."""
        return (ref.ids["outbound_id"], *(ref.ids[f"{kind}_id"] for kind in KINDS[1:] if f"{kind}_id" in ref.ids))

    def hook_secrets(self, credentials: Struct) -> Sequence[str] | None:
        """One secret a workspace over there, set in its dashboard; without it no delivery can be believed."""
        keys = msgspec.convert(credentials, SynthflowCredentials, from_attributes=True)
        return (keys.webhook_key,) if keys.webhook_key else ()

    def open(self, credentials: Struct, http: Outbound) -> ProviderSession:
        """Raises msgspec.ValidationError when these are not the credentials of this provider."""
        keys = msgspec.convert(credentials, SynthflowCredentials, from_attributes=True)
        clients = {
            region: SynthflowClient(http, url, widget_of(url), keys.secret_key, region=region)
            for region, url in self._urls.items()
        }
        home = self._urls[keys.region]
        elsewhere = {region: clients[region] for region, url in self._urls.items() if url != home}
        return SynthflowSession(clients[keys.region], elsewhere, keys.account_id)
