"""The voice browser: the account's voices, found, heard through us, and chosen; and what it says on bad days."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx import AsyncClient
from tests.conftest import SANDBOX_URL, Sandbox, Site
from tests.world import MIA, OLGA, STAN, VERA

from inspralv.agents.voice_filters import VoiceFilter, matching, offered
from inspralv.agents.voices import _client
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.foundation.services import Services
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, Choice, Voice
from inspralv.providers.registry import ProviderRegistry, build_registry
from inspralv.sandbox.customers import CUSTOMERS

PAGE = "/w/clinic/agents/voices"
SAMPLE = f"{PAGE}/sample"
REGISTRY = build_registry(BaseUrls())
LIVE = [name for name, one in REGISTRY.items() if Ability.VOICE_LIST in one.abilities]
FIXED = [name for name in REGISTRY if name not in LIVE]
VOICES = [
    Voice(provider="elevenlabs", id="1", name="Zoë", gender="female", accent="british", languages=("en-GB", "fr")),
    Voice(provider="elevenlabs", id="2", name="Bob", gender="male", accent="British", languages=("en",)),
    Voice(provider="new_maker", id="zo", name="Cy", description="calm and deep"),
]


def ids(**wanted: str) -> str:
    return "".join(voice.id[0] for voice in matching(VOICES, VoiceFilter(**wanted)))


def test_filters() -> None:
    assert ids() == "12z"
    assert ids(q="ZOË") == "1"
    assert ids(q="zo") == "1z", "names and ids are looked into"
    assert ids(q="british bob") == "2"
    assert ids(q="DEEP") == "z"
    assert (ids(maker="elevenlabs"), ids(gender="male"), ids(accent="BRITISH"), ids(language="en")) == (
        "12",
        "2",
        "12",
        "12",
    )
    assert ids(language="fr", gender="male") == ""
    lists = offered(VOICES, (Choice("elevenlabs", "ElevenLabs"),))
    assert [c.label for c in lists.makers] == ["ElevenLabs", "New Maker"]
    assert [c.value for c in lists.languages] == ["en", "fr"]
    assert len(lists.accents) == 1


@pytest.fixture(scope="module", autouse=True)
async def keys(site: Site, sandbox: Sandbox) -> None:
    """A key of every provider, for the clinic."""
    await sandbox.reset()
    for name in REGISTRY:
        given = CUSTOMERS[name].acme.credentials
        secret = {f"default_{k}": v for k, v in given.items() if k.endswith("_key")}
        config = {k: v for k, v in given.items() if not k.endswith("_key")}
        body = {"provider": name, "name": name, **secret, **({"config": config} if config else {})}
        answer = await site.as_(OLGA).post("/api/partner/integrations", json=body)
        assert answer.status_code == 201, answer.text


@pytest.fixture(autouse=True)
async def behaved(sandbox: Sandbox) -> None:
    for name in REGISTRY:
        async with at(name) as emulator:
            await emulator.post("/_sandbox/mischief", json={})


def at(name: str) -> AsyncClient:
    secret = CUSTOMERS[name].acme.credentials["secret_key"]
    return AsyncClient(
        base_url=f"{SANDBOX_URL}/{name}", headers={"authorization": f"Bearer {secret}"}, verify=certificates()
    )


async def asked(name: str) -> int:
    """How often the vendor was asked for voices."""
    async with at(name) as emulator:
        return sum("voices" in one["path"] for one in (await emulator.get("/_sandbox/requests")).json())


@pytest.mark.parametrize("name", LIVE)
async def test_the_accounts_voices_are_listed_once_and_kept_for_a_while(site: Site, name: str) -> None:
    mia = site.as_(MIA)
    page = (await mia.get(PAGE, params={"provider": name})).text
    assert f"of your {REGISTRY[name].label} account" in page
    assert len(re.findall(r"data-choose-voice=", page)) > 1
    before = await asked(name)
    again = (await site.as_(VERA).get(PAGE, params={"provider": name, "q": "no voice has this name"})).text
    assert await asked(name) == before, "the list is kept for some minutes"
    assert "Nothing matches" in again


@pytest.mark.parametrize("name", LIVE)
async def test_samples_come_through_us(site: Site, name: str) -> None:
    mia = site.as_(MIA)
    response = await mia.get(PAGE, params={"provider": name})
    assert SANDBOX_URL not in response.text, "the vendor's address is not on the page"
    assert "media-src 'self' blob:;" in response.headers["content-security-policy"]
    sample = re.search(r'data-play="([^"]+)"', response.text)
    assert sample, "the account's voices can be heard"
    played = await mia.get(sample[1].replace("&amp;", "&"))
    assert played.status_code == 200, played.text
    assert played.headers["content-type"].startswith("audio/")
    assert played.headers["x-content-type-options"] == "nosniff"
    assert len(played.content) > 100
    for wrong in ({"voice": "unheard-of"}, {"maker": "nobody"}):
        params = {"provider": name, "maker": "elevenlabs", "voice": "x", **wrong}
        assert (await mia.get(SAMPLE, params=params)).status_code == 404
    assert (await site.as_(STAN).get(SAMPLE, params={"provider": name, "maker": "a", "voice": "b"})).status_code == 404


async def test_without_a_key_the_fixed_voices_are_there(site: Site) -> None:
    stan = site.as_(STAN)
    for name in LIVE:
        page = (await stan.get(PAGE, params={"provider": name})).text
        assert f"no {REGISTRY[name].label} key yet" in page


async def rivals_page(site: Site, name: str, **mischief: Any) -> str:
    """The page of somebody whose account nobody has asked yet, on a bad day of the vendor."""
    stan, given = site.as_(STAN), CUSTOMERS[name].rival.credentials
    secret = {f"default_{k}": v for k, v in given.items() if k.endswith("_key")}
    config = {k: v for k, v in given.items() if not k.endswith("_key")}
    body = {"provider": name, "name": name, **secret, **({"config": config} if config else {})}
    made = await stan.post("/api/partner/integrations", json=body)
    assert made.status_code == 201, made.text
    async with at(name) as emulator:
        await emulator.post("/_sandbox/mischief", json=mischief)
        page = (await stan.get(PAGE, params={"provider": name})).text
        await emulator.post("/_sandbox/mischief", json={})
    return page


async def test_an_outage_shows_the_fixed_voices_and_says_why(site: Site) -> None:
    provider = REGISTRY[LIVE[0]]
    page = await rivals_page(site, provider.name, outage=True)
    assert f"{provider.label} could not be asked for its voices" in page
    assert "Try again" in page
    assert page.count("data-choose-voice") == len(provider.stock_voices)


async def test_a_refused_key_is_said_and_marked(site: Site) -> None:
    provider = REGISTRY[LIVE[-1]]
    page = await rivals_page(site, provider.name, fail=[{"status": 401, "times": 9}])
    assert f"{provider.label} does not accept the key of this workspace" in page
    assert page.count("data-choose-voice") == len(provider.stock_voices)
    keys = (await site.as_(STAN).get("/api/partner/integrations")).json()["data"]
    assert [one["key_status"] for one in keys if one["provider"] == provider.name] == ["invalid"]


@pytest.mark.parametrize("name", FIXED)
async def test_a_provider_without_a_list_shows_its_fixed_voices(site: Site, name: str) -> None:
    page = (await site.as_(MIA).get(PAGE, params={"provider": name, "gender": "female", "q": "ra"})).text
    assert f"that every {REGISTRY[name].label} account has" in page
    assert "Rachel" in page
    assert "gives no samples" in page


async def test_choosing_leads_back_to_the_form(site: Site) -> None:
    mia = site.as_(MIA)
    name = FIXED[0]
    made = (await mia.post("/api/w/clinic/agents", json={"name": "A", "provider": name})).json()["data"]
    for to, target in [
        ("new", "/w/clinic/agents/new?step=2&amp;voice="),
        (made["id"], f"/w/clinic/agents/{made['id']}?voice="),
    ]:
        page = (await mia.get(PAGE, params={"provider": name, "to": to, "chosen": "openai/alloy"})).text
        assert f'href="{target}elevenlabs%2F' in page
    chosen = await mia.get(PAGE, params={"provider": name, "q": "alloy", "chosen": "openai/alloy"})
    assert "Chosen" in chosen.text
    second = (await mia.get("/w/clinic/agents/new", params={"step": 2, "voice": "openai/nova"})).text
    assert 'value="openai/nova" checked' in second


async def test_what_is_asked_wrongly_is_said(site: Site) -> None:
    mia = site.as_(MIA)
    for params in ({"provider": "nobody"}, {"provider": FIXED[0], "to": "nowhere"}, {"provider": FIXED[0], "page": 0}):
        assert (await mia.get(PAGE, params=params)).status_code == 400
    last = (await mia.get(PAGE, params={"provider": FIXED[0], "page": 99})).text
    assert "data-choose-voice" in last, "beyond the end is the last page"


def test_only_a_stand_in_is_reached_on_our_own_machines(services: Services) -> None:
    for provider in services.get(ProviderRegistry).values():
        assert type(_client(services, provider, f"{provider.stand_in_url}/x.mp3")) is Outbound
        assert type(_client(services, provider, "http://127.0.0.1:1/x.mp3")) is GuardedOutbound
        assert type(_client(services, provider, "http://169.254.169.254/latest")) is GuardedOutbound
