from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from inspralv.foundation.language.texts import N_
from inspralv.foundation.outbound import Outbound
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, AgentOptions, Hooks, ProviderSession, RemoteRef, Voice
from inspralv.providers.retell.calls import Transport
from inspralv.providers.retell.client import RetellClient
from inspralv.providers.retell.options import OPTIONS
from inspralv.providers.retell.page_policy import call_sources
from inspralv.providers.retell.session import RetellSession
from inspralv.providers.retell.voices import STOCK_VOICES
from inspralv.providers.retell.webhooks import RetellHooks

VENDOR_URL = "https://api.retellai.com"
LIVEKIT_URL = "wss://retell-ai-4ihahnq7.livekit.cloud"
"""Hard-coded in the vendor's older browser package (contract section 13)."""
Key = Annotated[str, Meta(pattern=r"^[!-~]{1,1000}$", extra_json_schema={"writeOnly": True})]


class RetellCredentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    secret_key: Annotated[Key, Meta(title=N_("API key"))]
    webhook_key: Annotated[
        Key | None,
        Meta(
            title=N_("Webhook key"),
            description=N_("The key with the webhook badge, if it is another one than the API key"),
        ),
    ] = None
    web_call_transport: Annotated[
        Transport,
        Meta(
            title=N_("Web calls"), description=N_("How the sound travels; LiveKit is for accounts that still need it")
        ),
    ] = "gateway"

    def __repr__(self) -> str:
        return f"RetellCredentials(web_call_transport={self.web_call_transport!r}, …)"


class RetellProvider:
    name = "retell"
    label = "Retell"
    abilities = frozenset(Ability) - {Ability.ROUTE_TO_NUMBER, Ability.ROUTE_TO_MESSAGE}
    credentials: type[Struct] = RetellCredentials
    options: AgentOptions = OPTIONS
    stock_voices: Sequence[Voice] = STOCK_VOICES
    hooks: Hooks = RetellHooks()

    def __init__(self, base_urls: BaseUrls) -> None:
        self._url = base_urls.of("retell") or VENDOR_URL

    @property
    def stand_in_url(self) -> str | None:
        return self._url if self._url != VENDOR_URL else None

    @property
    def web_call_sources(self) -> Mapping[str, str]:
        """Both generations: a page does not know yet which one its account uses."""
        if self.stand_in_url:
            return call_sources(self._url, None)
        both = (call_sources(self._url, None), call_sources(self._url, LIVEKIT_URL))
        return {"connect-src": " ".join(sources["connect-src"] for sources in both)}

    def agent_ids_of(self, ref: RemoteRef) -> Sequence[str]:
        """Raises KeyError for the reference of another provider."""
        return (ref.ids["agent_id"],)

    def hook_secrets(self, credentials: Struct) -> Sequence[str] | None:
        """One key a workspace over there signs everything (contract section 12); usually the one of the API."""
        keys = msgspec.convert(credentials, RetellCredentials, from_attributes=True)
        return (keys.webhook_key or keys.secret_key,)

    def open(self, credentials: Struct, http: Outbound) -> ProviderSession:
        """Raises msgspec.ValidationError when these are not the credentials of this provider."""
        keys = msgspec.convert(credentials, RetellCredentials, from_attributes=True)
        return RetellSession(RetellClient(http, self._url, keys.secret_key), keys.web_call_transport, LIVEKIT_URL)
