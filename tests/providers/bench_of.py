"""A provider as the contract suite sees it: its emulator, two customers, and an agent that uses all it can do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import msgspec
from tests.foundation.outbound.listener import Listener, Received

from inspralv.foundation.outbound import Outbound
from inspralv.providers.contract import (
    Ability,
    AgentSpec,
    ApiRequest,
    CallReport,
    CustomFunction,
    EndCall,
    InboundEvent,
    ModelSpec,
    NumberRef,
    PressDigits,
    ProviderSession,
    Tool,
    TranscriberSpec,
    TransferCall,
    TransferTarget,
    VoiceProvider,
    VoiceSettings,
    VoiceSpec,
    WebhookTarget,
)
from inspralv.sandbox.customers import CUSTOMERS, Customer, Pair

PROMPT = "You work for Bright Clinic.\n\n  Call the caller {{first_name}}.\n\tBe brief – and kind. "
GREETING = "Good morning {{first_name}}, how can I help?"
MARKS = {"agent_id": "0199a0f0-0000-7000-8000-00000000000a", "workspace_id": "0199a0f0-0000-7000-8000-00000000000b"}
SECRET = "the secret of this address"  # noqa: S105 - of a test
TOOLS: dict[str, Tool] = {
    "end_call": EndCall(),
    "press_digits": PressDigits(),
    "transfer_call": TransferCall(targets=(TransferTarget(number="+14155550123", description="Asks for a person"),)),
    "api_request": ApiRequest(
        name="look_up", description="Finds a customer", method="POST", url="https://crm.example.com/find",
        body={"type": "object", "properties": {"email": {"type": "string", "description": "The address"}}},
    ),
    "custom_function": CustomFunction(
        name="book_slot", description="Books a slot", spoken="Let me see",
        parameters={"type": "object", "properties": {"day": {"type": "string", "description": "The day"}},
                    "required": ["day"]},
    ),
}  # fmt: skip


@dataclass
class Bench:
    """One provider with its emulator at hand."""

    provider: VoiceProvider
    http: Outbound
    url: str
    hooks: Listener
    api: httpx.AsyncClient

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def customers(self) -> Pair:
        return CUSTOMERS[self.name]

    @property
    def line(self) -> NumberRef:
        return NumberRef(self.customers.acme.number_id)

    def can(self, ability: Ability) -> bool:
        return ability in self.provider.abilities

    def session(self, customer: Customer | None = None, **changed: str) -> ProviderSession:
        """The provider, talked to with a customer's keys."""
        keys = {**(customer or self.customers.acme).credentials, **changed}
        return self.provider.open(msgspec.convert(keys, self.provider.credentials), self.http)

    @property
    def secret(self) -> str:
        """What the vendor signs with: the account's own secret, or the one of the address."""
        keys = msgspec.convert(self.customers.acme.credentials, self.provider.credentials)
        return (self.provider.hook_secrets(keys) or (SECRET,))[0]

    def spec(self, **changes: Any) -> AgentSpec:
        """An agent with every kind of tool and setting that the provider knows."""
        options = self.provider.options
        absent, maker = options.absent, options.default_voice.provider
        ranges = options.voice_settings.get(maker, {})
        settings = {name: round((ranges[name].least + ranges[name].most) / 2, 2) for name in ranges}
        model, heard = options.default_model, options.default_transcriber
        full = AgentSpec(
            name="Front desk",
            description=None if "description" in absent else "Books and moves appointments",
            voice=VoiceSpec(provider=maker, id=options.default_voice.id, settings=VoiceSettings(**settings)),
            model=ModelSpec(
                provider=model.provider, name=model.name,
                temperature=None if "config.model_settings.temperature" in absent else 0.4,
                max_tokens=None if "config.model_settings.max_tokens" in absent else 250,
            ),
            transcriber=TranscriberSpec(provider=heard.provider, model=heard.model, language=heard.language),
            system_prompt=PROMPT,
            greeting=GREETING,
            variables={"first_name": "there"},
            max_duration_seconds=900,
            end_call_phrases=() if "config.end_call_phrases" in absent else ("goodbye", "have a nice day"),
            tools=tuple(tool for kind, tool in TOOLS.items() if kind in options.tools),
            metadata=MARKS,
            webhook=WebhookTarget(url=f"{self.hooks.url}/hook", secret=SECRET),
        )  # fmt: skip
        return msgspec.structs.replace(full, **changes)

    async def mischief(self, **plan: Any) -> None:
        """Misbehave from now on; without arguments, behave."""
        (await self.api.post("/_sandbox/mischief", json=plan)).raise_for_status()

    async def reset(self) -> None:
        (await self.api.post("/_sandbox/reset")).raise_for_status()

    async def writes(self) -> list[dict[str, Any]]:
        """What was asked of the emulator that could change something."""
        asked = (await self.api.get("/_sandbox/requests")).json()
        return [one for one in asked if one["method"] in {"POST", "PUT", "PATCH", "DELETE"}]

    def deliveries(self) -> list[Received]:
        return [one for one in self.hooks.received if one.path == "/hook"]

    def events(self, received: Received) -> list[InboundEvent]:
        """What a delivery says."""
        return list(self.provider.hooks.read(received.body, datetime.now(UTC)))


T = TypeVar("T")


async def until(ask: Callable[[], Awaitable[T]], met: Callable[[T], bool]) -> T:
    """Ask until the answer is the one that has to come."""
    answer = await ask()
    for _ in range(400):
        if met(answer):
            return answer
        await asyncio.sleep(0.02)
        answer = await ask()
    raise AssertionError(f"it did not happen: {answer}")


def is_over(report: CallReport) -> bool:
    """Whether a call is over and reported in full."""
    return report.status.is_final and bool(report.transcript)
