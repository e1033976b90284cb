"""Changing the provider of an agent: told before it happens, done in one piece, cleaned up behind."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
import pytest
from httpx import AsyncClient
from tests.agents.form import fields_of
from tests.conftest import SANDBOX_URL, Sandbox, Site
from tests.world import MIA, OLGA, VERA

from inspralv.agents.fit import Fit, fit
from inspralv.agents.history.misfits import misfits
from inspralv.agents.schemas import AgentDraft
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.web.validation import find_errors
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, Range, Voice, VoiceProvider
from inspralv.providers.registry import build_registry
from inspralv.sandbox.customers import CUSTOMERS

API = "/api/w/clinic/agents"
PAGES = "/w/clinic/agents"
Work = Callable[[], Awaitable[None]]
REGISTRY = build_registry(BaseUrls())
AGENTS_AT = [name for name, one in REGISTRY.items() if Ability.AGENTS in one.abilities]
PAIRS = list(itertools.permutations(AGENTS_AT, 2))
OURS = ("config.custom_variables", "config.crm_webhook_url", "config.tools_server_url")


def full(provider: VoiceProvider) -> dict[str, Any]:
    """An agent that uses all that a provider can do, with its first choices everywhere."""
    o = provider.options
    voice = next((v for v in provider.stock_voices if v.provider == o.voice_providers[0].value), None)
    hearing = o.transcriber_providers[0].value
    tools: dict[str, dict[str, Any]] = {
        "end_call": {"type": "end_call"},
        "press_digits": {"type": "press_digits"},
        "transfer_call": {"type": "transfer_call", "targets": [{"number": "+14155550100"}]},
        "api_request": {"type": "api_request", "name": "look", "description": "d", "url": "https://x.example"},
        "custom_function": {"type": "custom_function", "name": "book", "description": "d"},
    }
    settings = o.voice_settings.get(o.voice_providers[0].value, {})
    content: dict[str, Any] = {
        "name": "Everything", "description": "d", "provider": provider.name,
        "voice_provider": o.voice_providers[0].value, "model_provider": o.model_providers[0].value,
        "transcriber_provider": hearing, "is_active": True,
        "config": {
            "system_prompt": "Hi {{plan}}", "first_message": "Hello", "language": o.languages[hearing][-1].value,
            "voice_id": voice.id if voice else o.default_voice.id,
            "voice_settings": {name: limits.most for name, limits in settings.items() if limits.most <= 2},
            "model_settings": {"model": o.models[o.model_providers[0].value][0].value, "temperature": 0.5,
                               "max_tokens": int(max(o.max_tokens.least, 300))},
            "transcriber_settings": {"model": next((m.value for m in o.transcriber_models.get(hearing, ())), "x")},
            "max_duration_seconds": int(min(3600, o.max_duration.most)),
            "end_call_phrases": ["bye"], "tools": [tool for kind, tool in tools.items() if kind in o.tools],
            "tools_server_url": "https://tools.example", "crm_webhook_url": "https://crm.example",
            "custom_variables": [{"name": "plan", "default": "gold"}],
        },
    }  # fmt: skip
    for field in o.absent:
        place, *rest = field.split(".")
        target = content
        while rest:
            target, place = target.get(place) or {}, rest.pop(0)
        target.pop(place, None) if place not in {"model_provider", "transcriber_provider"} else None
    return content


def names(found: Fit, part: str) -> set[str]:
    return {item.field for item in getattr(found, part)}


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_whatever_moves_fits_and_nothing_goes_unsaid(source: str, target: str) -> None:
    a, b = REGISTRY[source], REGISTRY[target]
    content = full(a)
    before = msgspec.json.encode(content)
    found = fit(content, a, b)
    assert msgspec.json.encode(content) == before, "only told, not done"
    assert find_errors(found.content, AgentDraft) == []
    assert misfits(b, found.content) == []
    assert found.content["provider"] == target
    assert not names(found, "kept") & (names(found, "lost") | names(found, "adjusted"))
    assert set(OURS) <= names(found, "kept")
    for item in (*found.lost, *found.adjusted):
        assert item.why, f"{item.field} says no reason"
    for field in b.options.absent:
        assert field not in names(found, "kept")
    for tool in found.content["config"].get("tools", []):
        assert tool["type"] in b.options.tools
    assert found.content["config"]["system_prompt"] == content["config"]["system_prompt"]


@pytest.mark.parametrize("name", AGENTS_AT)
def test_a_move_to_where_it_is_changes_nothing(name: str) -> None:
    provider = REGISTRY[name]
    content = full(provider)
    found = fit(content, provider, provider)
    assert (found.lost, found.adjusted, found.content) == ((), (), content)


def like(provider: VoiceProvider, **options: Any) -> Any:
    """The same provider with other options."""

    class Other:
        name, label, abilities = "other", "Other", provider.abilities
        stock_voices = options.pop("voices", provider.stock_voices)

    Other.options = msgspec.structs.replace(provider.options, **options)  # type: ignore[attr-defined]
    return Other


def test_each_reason_is_told_for_itself() -> None:
    a = REGISTRY["vapi"]
    content = full(a)
    b = like(
        a, tools=frozenset({"end_call"}), absent=frozenset({"config.end_call_phrases"}), max_duration=Range(60, 120),
        voice_settings={"elevenlabs": {"speed": Range(0.9, 1)}}, prompt_length=3,
        models={}, voices=(Voice(provider="elevenlabs", id="new-id", name="RACHEL"),),
    )  # fmt: skip
    found = fit(content, a, b)
    adjusted = {item.field: item.becomes for item in found.adjusted}
    assert adjusted == {
        "config.voice_id": "new-id", "config.voice_settings.speed": "1", "config.max_duration_seconds": "120",
    }  # fmt: skip
    assert names(found, "lost") == {
        "config.tools", "config.end_call_phrases", "config.voice_settings.stability", "config.model_settings.model",
        "config.voice_settings.similarity_boost", "config.system_prompt",
    }  # fmt: skip
    assert found.content["config"]["tools"] == [{"type": "end_call"}]


def test_what_was_chosen_for_the_new_provider_is_trusted() -> None:
    a = REGISTRY["vapi"]
    b = like(a, voices=())
    assert "config.voice_id" in names(fit(full(a), a, b), "lost")
    assert fit(full(a), a, b, None, frozenset({"config.voice_id"})).lost == ()
    account = [Voice(provider="elevenlabs", id=full(a)["config"]["voice_id"], name="Mine")]
    assert fit(full(a), a, b, account).lost == (), "the account lists it"


# ── through the pages and the API ──
@pytest.fixture(scope="module", autouse=True)
async def keys(site: Site, sandbox: Sandbox) -> None:
    """A key of every provider."""
    await sandbox.reset()
    for name in AGENTS_AT:
        async with at(name) as emulator:
            await emulator.post("/_sandbox/reset")
        form = {f"default_{field}" if field in {"secret_key", "public_key", "webhook_key"} else field: value
                for field, value in CUSTOMERS[name].acme.credentials.items()}  # fmt: skip
        body = {"provider": name, "name": name, **{k: v for k, v in form.items() if k.startswith("default_")}}
        extra = {k: v for k, v in form.items() if not k.startswith("default_")}
        answer = await site.as_(OLGA).post(
            "/api/partner/integrations", json={**body, **({"config": extra} if extra else {})}
        )
        assert answer.status_code == 201, answer.text


def at(name: str) -> AsyncClient:
    secret = CUSTOMERS[name].acme.credentials["secret_key"]
    return AsyncClient(
        base_url=f"{SANDBOX_URL}/{name}", headers={"authorization": f"Bearer {secret}"}, verify=certificates()
    )


async def make(site: Site, provider: str, **config: Any) -> dict[str, Any]:
    answer = await site.as_(MIA).post(API, json={"name": "Mover", "provider": provider, "config": config})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def test_losses_are_named_and_need_consent_over_the_api(site: Site) -> None:
    mia, (source, target) = site.as_(MIA), PAIRS[0]
    lost = fit(full(REGISTRY[source]), REGISTRY[source], REGISTRY[target]).lost
    assert lost, "the two differ"
    made = (await mia.post(API, json=full(REGISTRY[source]))).json()["data"]
    path = f"{API}/{made['id']}"
    refused = await mia.patch(path, json={"provider": target})
    assert refused.status_code == 409
    assert {one["pointer"] for one in refused.json()["errors"]} == {"/" + i.field.replace(".", "/") for i in lost}
    assert {one["code"] for one in refused.json()["errors"]} == {"lost"}
    assert (await mia.get(path)).json()["data"]["version"] == 1
    done = await mia.patch(path, json={"provider": target, "accept_losses": True})
    assert done.status_code == 200, done.text
    after = done.json()["data"]
    assert (after["provider"], after["version"], after["external_agent_id"]) == (target, 2, None)
    assert "accept_losses" not in str(after)


@pytest.mark.parametrize(("source", "target"), PAIRS)
async def test_it_moves_and_nothing_is_left_behind(
    site: Site, sandbox: Sandbox, work: Work, dsns: Dsns, source: str, target: str
) -> None:
    mia = site.as_(MIA)
    made = await make(site, source, first_message="Hello", system_prompt="Be kind.")
    await work()
    before = (await mia.get(f"{API}/{made['id']}")).json()["data"]
    assert before["sync_status"] == "synced", before["sync_error"]
    page = f"{PAGES}/{made['id']}/provider"
    question = (await mia.get(page, params={"to": target})).text
    assert f"Move to {REGISTRY[target].label}" in question
    fields = fields_of(question, "move-form")
    moved = await mia.post(page, data={**fields, "accept_losses": "true"})
    assert moved.status_code == 303, moved.text[-3000:]
    await work()
    after = (await mia.get(f"{API}/{made['id']}")).json()["data"]
    assert (after["provider"], after["sync_status"]) == (target, "synced"), after["sync_error"]
    assert after["external_agent_id"] != before["external_agent_id"]
    assert (after["config"]["system_prompt"], after["config"]["first_message"]) == ("Be kind.", "Hello")
    owner = await asyncpg.connect(dsns.owner)
    left = await owner.fetchval(
        "SELECT count(*) FROM queue.procrastinate_jobs WHERE task_name = 'agents.discard' AND status <> 'succeeded'"
    )
    await owner.close()
    assert left == 0
    async with at(source) as emulator:
        asked = (await emulator.get("/_sandbox/requests")).json()
    deleted = [one for one in asked if one["method"] == "DELETE"]
    assert any(before["external_agent_id"] in r["path"] for r in deleted)


async def test_the_page_asks_first_and_keeps_to_versions(site: Site) -> None:
    mia, (source, target) = site.as_(MIA), PAIRS[0]
    made = (await mia.post(API, json=full(REGISTRY[source]))).json()["data"]
    page = f"{PAGES}/{made['id']}/provider"
    choose = (await mia.get(page)).text
    assert REGISTRY[target].label in choose
    assert "move-form" not in choose
    question = (await mia.get(page, params={"to": target})).text
    assert "Does not fit" in question
    fields = fields_of(question, "move-form")
    unasked = await mia.post(page, data=fields)
    assert unasked.status_code == 409
    assert "cannot take over" in unasked.text
    await mia.patch(f"{API}/{made['id']}", json={"name": "Meanwhile"})
    stale = await mia.post(page, data={**fields, "accept_losses": "true"})
    assert stale.status_code == 409
    assert (await mia.get(f"{API}/{made['id']}")).json()["data"]["provider"] == source
    assert (await mia.get(page, params={"to": "nobody"})).status_code == 400
    assert (await site.as_(VERA).get(page)).status_code == 403
