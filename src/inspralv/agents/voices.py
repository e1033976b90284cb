"""The voices that a workspace can choose from: those of its provider's account, else the provider's fixed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from inspralv.foundation.cache.cache import Cache
from inspralv.foundation.errors import NotFound, Upstream
from inspralv.foundation.language.stored import retold
from inspralv.foundation.language.texts import _
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.errors import OutboundError
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.foundation.services import Services
from inspralv.integrations.connections import Account, find_connection, mark_key_bad, open_session
from inspralv.providers.contract import Ability, Voice, VoiceProvider
from inspralv.providers.errors import BadCredentials, ProviderError
from inspralv.tenancy.contexts import WorkspaceContext

KEPT_FOR = timedelta(minutes=5)
_MOST_ACCOUNTS = 500
_MOST_BYTES = 5 * 1024 * 1024
_DEADLINE = 15.0
_SOUNDS = {"audio/mpeg", "audio/mp3", "audio/wav", "audio/x-wav", "audio/wave", "audio/ogg", "audio/mp4", "audio/aac",
           "audio/webm", "audio/flac", "audio/x-m4a"}  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """Whose list it is. A replaced key counts the version, so its account is asked anew."""

    integration_id: UUID
    version: int
    account: Account = field(compare=False, repr=False)


class VoiceLists:
    """The lists of voices of this process, by provider account, each for some minutes."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seen: dict[UUID, Sequence[Voice]] = {}
        self._lists: Cache[_Asked, Sequence[Voice]] = Cache("voices", KEPT_FOR, self._load, _MOST_ACCOUNTS)

    async def of(self, account: Account) -> Sequence[Voice]:
        """Return the voices of an account. Raises ProviderError."""
        return await self._lists.get(_Asked(account.integration_id, account.version, account))

    def seen(self, integration_id: UUID | None) -> Sequence[Voice] | None:
        """Return the list that this process saw last, without asking anybody; None when it saw none."""
        return self._seen.get(integration_id) if integration_id else None

    async def _load(self, asked: _Asked) -> Sequence[Voice]:
        voices = tuple(await open_session(self._services, asked.account).voices())
        if len(self._seen) >= _MOST_ACCOUNTS:
            self._seen.clear()
        self._seen[asked.integration_id] = voices
        return voices


class Listing(msgspec.Struct, frozen=True):
    """`is_live`: the account was asked. `trouble` says why it could not be, in words for people; then the voices are
    the provider's fixed ones. `has_key`: the workspace has a key of this provider."""

    voices: Sequence[Voice]
    is_live: bool
    has_key: bool
    trouble: str = ""


async def list_voices(ctx: WorkspaceContext, provider: VoiceProvider) -> Listing:
    """Return the voices that the workspace can choose from. Asks the provider when it keeps a list of its own."""
    async with ctx.widened() as wide:
        account = await find_connection(wide, ctx.here, provider.name)
    if account is None or Ability.VOICE_LIST not in provider.abilities:
        return Listing(provider.stock_voices, is_live=False, has_key=account is not None)
    async with ctx.on_the_network():
        try:
            voices = await ctx.services.get(VoiceLists).of(account)
        except BadCredentials as error:
            async with ctx.widened() as wide:
                await mark_key_bad(wide, account.integration_id, str(error), account.version)
            trouble = _(
                "%(label)s does not accept the key of this workspace. Ask your organisation to renew it.",
                label=provider.label,
            )
        except ProviderError as error:
            trouble = _(
                "%(label)s could not be asked for its voices: %(error)s", label=provider.label, error=retold(str(error))
            )
        else:
            return Listing(voices, is_live=True, has_key=True)
    return Listing(provider.stock_voices, is_live=False, has_key=True, trouble=trouble)


class Sample(msgspec.Struct, frozen=True):
    """A few seconds of a voice."""

    body: bytes
    media_type: str


async def fetch_sample(ctx: WorkspaceContext, provider: VoiceProvider, maker: str, voice_id: str) -> Sample:
    """Return a voice's sample through us, so that the page loads nothing from elsewhere. Only addresses that the
    provider itself has listed are fetched, and only on the public internet. Raises NotFound, Upstream."""
    listing = await list_voices(ctx, provider)
    url = next((v.preview_url for v in listing.voices if (v.provider, v.id) == (maker, voice_id)), None)
    if not url:
        raise NotFound(_("There is no sample of this voice."))
    async with ctx.on_the_network():
        try:
            client = _client(ctx.services, provider, url)
            answer = await client.request(
                "GET", url, deadline=_DEADLINE, breaker=f"samples of {provider.name}", idempotent=True, follow=True,
                max_body=_MOST_BYTES,
            )  # fmt: skip
        except OutboundError as error:
            raise Upstream(_("The sample cannot be loaded.")) from error
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not answer.is_success or media_type not in _SOUNDS:
        raise Upstream(_("The sample cannot be loaded."))
    return Sample(answer.body, media_type)


def _client(services: Services, provider: VoiceProvider, url: str) -> Outbound:
    """What stands in for a vendor lives on our own machines; everything else has to be on the public internet."""
    stand_in = provider.stand_in_url
    if stand_in and urlsplit(stand_in)[:2] == urlsplit(url)[:2]:
        return services.get(Outbound)
    return services.get(GuardedOutbound)
