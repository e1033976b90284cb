"""The voice browser: every voice of the assigned key, to be searched, heard and chosen. A page of its own, and the
content of a sheet where scripts run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from inspralv.agents import parts
from inspralv.agents.voice_filters import PAGE_SIZE, Offered, VoiceFilter, accent_word, gender_word, matching, offered
from inspralv.agents.voices import Listing, fetch_sample, list_voices
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.providers.contract import Ability, Voice, VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_ALL = "/w/{workspace_slug:str}/agents/voices"
_NEW = "new"
_LONG = 200
_DAY = 86_400

Word = Annotated[str, QueryParameter(max_length=_LONG)]


class VoiceTile(msgspec.Struct, frozen=True):
    """One voice. `choose` is where choosing leads without scripts; `value` its maker and id."""

    voice: Voice
    value: str
    detail: str
    sample: str
    choose: str
    is_chosen: bool


class VoicesPage(msgspec.Struct, frozen=True):
    """A page of the voices. `back` leads to the form that a voice is chosen for, `same` holds that in the filters."""

    provider: str
    listing: Listing
    filters: VoiceFilter
    offered: Offered
    tiles: Sequence[VoiceTile]
    total: int
    page: int
    pages: int
    page_url: str
    back: str
    same: Sequence[tuple[str, str]]

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.tiles) - 1

    @property
    def everything(self) -> int:
        return len(self.listing.voices)

    @property
    def has_samples(self) -> bool:
        return any(voice.preview_url for voice in self.listing.voices)


@get(_ALL, access=workspace(P.AGENTS_READ))
async def browse_voices(  # noqa: PLR0913, PLR0917 - one parameter a filter
    ctx: WorkspaceContext,
    provider: Word,
    to: Word = _NEW,
    chosen: Word = "",
    q: Word = "",
    maker: Word = "",
    gender: Word = "",
    accent: Word = "",
    language: Word = "",
    page: Annotated[int, QueryParameter(ge=1, le=100_000)] = 1,
) -> View:
    """Show the voices that an agent of a provider can have."""
    known = _provider(ctx, provider)
    listing = _usable(await list_voices(ctx, known), known)
    wanted = VoiceFilter(q.strip(), maker, gender, accent, language)
    found = matching(listing.voices, wanted)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(page, pages)
    back = _back(ctx, to)
    same = [("provider", known.name), ("to", to), ("chosen", chosen)]
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    model = VoicesPage(
        provider=known.label, listing=listing, filters=wanted,
        offered=offered(listing.voices, known.options.voice_providers),
        tiles=[_tile(ctx, known, voice, back, chosen) for voice in shown], total=len(found), page=page, pages=pages,
        page_url=_page_url(ctx, same, wanted), back=back, same=same,
    )  # fmt: skip
    crumbs = [(_("Agents"), f"/w/{ctx.workspace.slug}/agents"), (_("Voices"), "")]
    return View("agents/voices.html", model, title=_("Voices"), crumbs=crumbs)


@get(f"{_ALL}/sample", access=workspace(P.AGENTS_READ))
async def play_sample(ctx: WorkspaceContext, provider: Word, maker: Word, voice: Word) -> Response[bytes]:
    """Send a voice's sample, so that pages load nothing from elsewhere."""
    sample = await fetch_sample(ctx, _provider(ctx, provider), maker, voice)
    headers = {"cache-control": f"private, max-age={_DAY}", "content-disposition": "inline"}
    return Response(sample.body, media_type=sample.media_type, headers=headers)


def _provider(ctx: WorkspaceContext, name: str) -> VoiceProvider:
    registry = ctx.services.get(ProviderRegistry)
    if name not in registry or Ability.AGENTS not in registry[name].abilities:
        known = ", ".join(registry)
        raise Invalid(
            _("Choose one of %(known)s.", known=known),
            errors=(FieldError("provider", _("Choose one of %(known)s.", known=known)),),
        )
    return registry[name]


def _usable(listing: Listing, provider: VoiceProvider) -> Listing:
    """An account may list voices of makers that agents here cannot have."""
    makers = {choice.value for choice in provider.options.voice_providers}
    return msgspec.structs.replace(listing, voices=[one for one in listing.voices if one.provider in makers])


def _tile(ctx: WorkspaceContext, provider: VoiceProvider, voice: Voice, back: str, chosen: str) -> VoiceTile:
    makers = {choice.value: choice.label for choice in provider.options.voice_providers}
    traits = (makers[voice.provider], accent_word(voice.accent), gender_word(voice))
    value = f"{voice.provider}/{voice.id}"
    return VoiceTile(
        voice=voice, value=value, detail=" · ".join(part for part in traits if part),
        sample=parts.sample_url(f"/w/{ctx.workspace.slug}", provider, voice),
        choose=f"{back}{'&' if '?' in back else '?'}{urlencode({'voice': value})}", is_chosen=value == chosen,
    )  # fmt: skip


def _back(ctx: WorkspaceContext, to: str) -> str:
    base = f"/w/{ctx.workspace.slug}/agents"
    if to == _NEW:
        return f"{base}/new?step=2"
    try:
        return f"{base}/{UUID(to)}"
    except ValueError:
        raise Invalid(_("This is not an agent."), errors=(FieldError("to", _("This is not an agent.")),)) from None


def _page_url(ctx: WorkspaceContext, same: Sequence[tuple[str, str]], wanted: VoiceFilter) -> str:
    filters = {name: value for name, value in msgspec.to_builtins(wanted).items() if value}
    query = urlencode([*same, *filters.items()])
    return f"/w/{ctx.workspace.slug}/agents/voices?{query}&page={{page}}"


ROUTES = (browse_voices, play_sample)
