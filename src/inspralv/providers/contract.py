"""The contract between the house and a voice provider.

A provider is a folder with a `VoiceProvider` in it and a line in `registry.py`. Everything a caller needs is importable
from here. Every method of `ProviderSession` talks to the network and raises the errors of `providers.errors`:
Unavailable, Throttled, BadCredentials, Refused, Missing, Malformed; those that start something also Unconfirmed.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, Protocol, Self

from msgspec import Struct

from inspralv.foundation.outbound import Outbound
from inspralv.providers.agent_spec import (
    AgentSpec,
    ApiRequest,
    CustomFunction,
    EndCall,
    JsonSchema,
    Method,
    ModelSpec,
    PressDigits,
    Tool,
    TranscriberSpec,
    TransferCall,
    TransferTarget,
    VoiceSettings,
    VoiceSpec,
    WebhookTarget,
)
from inspralv.providers.call_report import (
    CallAnalysis,
    CallCost,
    CallReport,
    CallStatus,
    CallType,
    Sentiment,
    Speaker,
    TranscriptLine,
)
from inspralv.providers.inbound import (
    CallChanged,
    CallFinished,
    CallProgressed,
    CallRoute,
    Ignored,
    InboundEvent,
    RouteRequested,
    ToolCall,
    ToolCallsRequested,
    ToolResult,
    TranscriptHeard,
)
from inspralv.providers.options import AgentOptions, Choice, Range

REPLAY_WINDOW = timedelta(minutes=10)


class Ability(StrEnum):
    """What a provider can do; the pages offer nothing else, and say so where something is missing."""

    AGENTS = "agents"
    PUBLISHING = "publishing"
    """What is pushed takes the very next call; without it somebody has to publish in the provider's own dashboard."""
    WEB_CALLS = "web_calls"
    PHONE_CALLS = "phone_calls"
    END_CALLS = "end_calls"
    PHONE_NUMBERS = "phone_numbers"
    NUMBER_IMPORT = "number_import"
    """`import_number` and `release_number`: a number of one's own reaches the provider through a SIP trunk."""
    NUMBER_BINDING = "number_binding"
    CALL_ROUTING = "call_routing"
    """An incoming call may ask us which agent takes it (`RouteRequested`)."""
    ROUTE_TO_NUMBER = "route_to_number"
    """The answer to that may be a telephone number."""
    ROUTE_TO_MESSAGE = "route_to_message"
    """The answer to that may be a sentence, after which the provider hangs up."""
    VOICE_LIST = "voice_list"
    """`voices` asks the account; without it the list is the provider's fixed one."""
    CALL_PROGRESS = "call_progress"
    """Webhooks tell when a call begins and when it ends; without it running calls are asked after."""
    LIVE_TRANSCRIPT = "live_transcript"
    TOOL_CALLS = "tool_calls"
    COSTS = "costs"
    SUMMARIES = "summaries"


class E164(str):
    """A telephone number such as +14155550123. Raises ValueError for anything else."""

    __slots__ = ()
    PATTERN = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

    def __new__(cls, value: str) -> Self:
        if not cls.PATTERN.fullmatch(value):
            raise ValueError("a telephone number begins with + and the country code, 7 to 15 digits in all")
        return super().__new__(cls, value)


class Account(Struct, frozen=True, kw_only=True):
    """The key works. `id` and `label` say whose it is, when the provider tells."""

    id: str | None = None
    label: str | None = None


class RemoteRef(Struct, frozen=True):
    """The provider's ids of one agent, to be stored and handed back; their meaning is the provider's own."""

    ids: Mapping[str, str]


class CallRef(Struct, frozen=True):
    id: str


class NumberRef(Struct, frozen=True):
    """The provider's id of a telephone number, the caller of an outbound call."""

    id: str


class RemoteNumber(Struct, frozen=True, kw_only=True):
    ref: NumberRef
    number: str | None
    """E.164, or None for a SIP address or a number that is still being set up."""
    name: str | None = None
    is_active: bool = True
    remote_agent_id: str | None = None
    """The agent that answers it."""


class SipTrunk(Struct, frozen=True, kw_only=True):
    """How a provider reaches the exchange that owns a number. `password` is sent and never read back.

    `register`: the exchange wants to be told where we are, every `registration_expiry` seconds. A refusal of these
    fields is at "trunk", one of the number at "number".
    """

    host: str
    port: int = 5060
    transport: Literal["udp", "tcp", "tls"] = "udp"
    username: str
    password: str
    realm: str | None = None
    outbound_proxy: str | None = None
    register: bool = False
    registration_expiry: int = 3600

    def __repr__(self) -> str:
        return f"SipTrunk(host={self.host!r}, username={self.username!r}, …)"


class NumberImport(Struct, frozen=True, kw_only=True):
    number: E164
    name: str | None = None
    trunk: SipTrunk


class NumberBinding(Struct, frozen=True, kw_only=True):
    """Who answers a number and who calls from it. With `route` the provider asks there instead, call by call, and
    `inbound` takes the call when nobody answers the question."""

    inbound: RemoteRef | None = None
    outbound: RemoteRef | None = None
    route: WebhookTarget | None = None


class Voice(Struct, frozen=True, kw_only=True):
    """`provider` and `id` go into `VoiceSpec`."""

    provider: str
    id: str
    name: str
    gender: Literal["female", "male"] | None = None
    accent: str | None = None
    languages: tuple[str, ...] = ()
    """BCP 47 tags, when the provider tells."""
    description: str | None = None
    preview_url: str | None = None


class WebCallTicket(Struct, frozen=True, kw_only=True):
    """What a browser needs to join. `client` names the script that knows how; `raw` holds no secret except a token that
    opens this one call. `call_id` is None where the provider names the call only when it reports it: the first web
    call of the agent since then is this one."""

    call_id: str | None
    web_call_url: str
    client: str
    public_key: str | None = None
    raw: Mapping[str, Any] = {}


class Hooks(Protocol):
    """Reading webhooks. Pure: no network, no clock of its own."""

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, now: datetime, tolerance: timedelta = REPLAY_WINDOW
    ) -> bool:
        """Whether the sender knows the secret of this address. No secret, no signature, an old one: False."""
        ...

    def read(self, raw: bytes, received_at: datetime) -> Sequence[InboundEvent]:
        """The events in a verified body. Raises Malformed. `received_at` stands in where the body names no time."""
        ...

    def tool_answer(self, results: Sequence[ToolResult]) -> bytes:
        """The JSON body that answers a `ToolCallsRequested`; status 200 always."""
        ...

    def route_answer(self, route: CallRoute) -> bytes:
        """The JSON body that answers a `RouteRequested`; status 200 always."""
        ...


class ProviderSession(Protocol):
    """A provider reached with one set of credentials. Keeps no state and needs no closing."""

    async def check(self) -> Account: ...
    async def push_agent(self, spec: AgentSpec, known: RemoteRef | None) -> RemoteRef:
        """Creates the agent, or brings the known one to `spec`. Raises Missing when the known one is gone."""
        ...

    async def pull_agent(self, ref: RemoteRef) -> AgentSpec: ...
    async def find_agent(self, metadata: Mapping[str, str], since: datetime) -> RemoteRef | None:
        """The agent that carries exactly these ids of ours and was made at or after `since`: one whose making was
        never confirmed. None when there is none."""
        ...

    async def remove_agent(self, ref: RemoteRef) -> None:
        """Raises Missing when it is already gone, which callers may take for success."""
        ...

    async def voices(self) -> Sequence[Voice]: ...
    async def numbers(self) -> Sequence[RemoteNumber]: ...
    async def import_number(self, wanted: NumberImport) -> RemoteNumber:
        """Makes a number of one's own known; the same number again is taken for the one that is there."""
        ...

    async def bind_number(self, ref: NumberRef, binding: NumberBinding) -> None:
        """Brings the number to exactly this binding. Raises Missing when the number or an agent is gone."""
        ...

    async def release_number(self, ref: NumberRef) -> None:
        """Takes an imported number away. Raises Missing when it is gone already."""
        ...

    async def start_web_call(self, ref: RemoteRef, variables: Mapping[str, str]) -> WebCallTicket: ...
    async def start_phone_call(
        self, ref: RemoteRef, to: E164, from_: NumberRef, variables: Mapping[str, str], mark: str | None = None
    ) -> CallRef:
        """`mark` is a name of ours, of at most 40 characters, that every report of the call will carry."""
        ...

    async def end_call(self, ref: CallRef) -> None:
        """Hangs up. Raises Missing when the call is over already."""
        ...

    async def call(self, ref: CallRef) -> CallReport: ...
    def calls(self, since: datetime) -> AsyncIterator[CallReport]:
        """Calls created at or after `since`, newest first, each once; repairs missed webhooks."""
        ...


class VoiceProvider(Protocol):
    """What a provider is, without any account."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def abilities(self) -> frozenset[Ability]: ...
    @property
    def credentials(self) -> type[Struct]:
        """Forms and API schemas derive from it; secret fields are marked `writeOnly` in its JSON schema."""
        ...

    @property
    def options(self) -> AgentOptions: ...
    @property
    def stock_voices(self) -> Sequence[Voice]:
        """Voices that need no account, for a page that has no key to ask with."""
        ...

    @property
    def hooks(self) -> Hooks: ...
    @property
    def stand_in_url(self) -> str | None:
        """The base address when something else stands in for the vendor (a sandbox, a proxy); None for the real one."""
        ...

    @property
    def web_call_sources(self) -> Mapping[str, str]:
        """By directive of a Content-Security-Policy: what a page that places a call from the browser must allow."""
        ...

    def agent_ids_of(self, ref: RemoteRef) -> Sequence[str]:
        """The ids by which webhooks and call reports may name this agent (`remote_agent_id`), the usual one first."""
        ...

    def hook_secrets(self, credentials: Struct) -> Sequence[str] | None:
        """The secrets with which the vendor signs webhooks of this account, if they are the account's own; None when
        it signs with those of the addresses. The address' own secret (`WebhookTarget`) is believed in both cases: tools
        may show it."""
        ...

    def open(self, credentials: Struct, http: Outbound) -> ProviderSession: ...


__all__ = [
    "E164",
    "REPLAY_WINDOW",
    "Ability",
    "Account",
    "AgentOptions",
    "AgentSpec",
    "ApiRequest",
    "CallAnalysis",
    "CallChanged",
    "CallCost",
    "CallFinished",
    "CallProgressed",
    "CallRef",
    "CallReport",
    "CallRoute",
    "CallStatus",
    "CallType",
    "Choice",
    "CustomFunction",
    "EndCall",
    "Hooks",
    "Ignored",
    "InboundEvent",
    "JsonSchema",
    "Method",
    "ModelSpec",
    "NumberBinding",
    "NumberImport",
    "NumberRef",
    "PressDigits",
    "ProviderSession",
    "Range",
    "RemoteNumber",
    "RemoteRef",
    "RouteRequested",
    "Sentiment",
    "SipTrunk",
    "Speaker",
    "Tool",
    "ToolCall",
    "ToolCallsRequested",
    "ToolResult",
    "TranscriberSpec",
    "TranscriptHeard",
    "TranscriptLine",
    "TransferCall",
    "TransferTarget",
    "Voice",
    "VoiceProvider",
    "VoiceSettings",
    "VoiceSpec",
    "WebCallTicket",
    "WebhookTarget",
]
