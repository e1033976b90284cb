"""An agent as every provider understands it. The providers' mappers turn it into their own JSON and back.

Voice, model and transcriber makers carry the names of the agent form: elevenlabs, deepgram, azure, openai, cartesia;
openai, anthropic, google, groq; deepgram, assemblyai, openai. A provider may return further names on `pull_agent`.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
JsonSchema = Mapping[str, Any]
"""A JSON schema whose root is an object."""


class VoiceSettings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """None leaves the choice to the provider. What a voice maker does not know is not sent (see `AgentOptions`)."""

    stability: float | None = None
    similarity_boost: float | None = None
    speed: float | None = None


class VoiceSpec(Struct, frozen=True, kw_only=True):
    provider: str
    id: str
    settings: VoiceSettings = VoiceSettings()


class ModelSpec(Struct, frozen=True, kw_only=True):
    provider: str
    name: str
    temperature: float | None = None
    max_tokens: int | None = None


class TranscriberSpec(Struct, frozen=True, kw_only=True):
    """`language` is the language of the call, as a BCP 47 tag or a code of the provider ("multi")."""

    provider: str
    model: str | None = None
    language: str | None = None


class EndCall(Struct, frozen=True, kw_only=True, tag="end_call", tag_field="type"):
    """The agent may hang up."""


class PressDigits(Struct, frozen=True, kw_only=True, tag="press_digits", tag_field="type"):
    """The agent may press keys of the telephone (DTMF)."""


class TransferTarget(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a call may go: exactly one of `number` (E.164) and `sip_uri`."""

    number: str | None = None
    sip_uri: str | None = None
    description: str | None = None
    message: str | None = None


class TransferCall(Struct, frozen=True, kw_only=True, tag="transfer_call", tag_field="type"):
    targets: tuple[TransferTarget, ...]


class ApiRequest(Struct, frozen=True, kw_only=True, tag="api_request", tag_field="type"):
    """The provider itself calls an address of the customer; the model fills `body`."""

    name: str
    description: str
    method: Method
    url: str
    body: JsonSchema | None = None
    timeout_seconds: int | None = None


class CustomFunction(Struct, frozen=True, kw_only=True, tag="custom_function", tag_field="type"):
    """The provider asks a server for the result: `server_url`, else the agent's webhook."""

    name: str
    description: str
    parameters: JsonSchema
    server_url: str | None = None
    is_async: bool = False
    spoken: str | None = None
    """What the agent says while it waits."""


Tool = EndCall | PressDigits | TransferCall | ApiRequest | CustomFunction


class WebhookTarget(Struct, frozen=True, kw_only=True):
    """Where the provider reports to, and the secret it must show there."""

    url: str
    secret: str

    def __repr__(self) -> str:
        return f"WebhookTarget(url={self.url!r}, secret=…)"


class AgentSpec(Struct, frozen=True, kw_only=True):
    name: str
    voice: VoiceSpec
    model: ModelSpec
    transcriber: TranscriberSpec
    system_prompt: str = ""
    """Like the greeting it may hold `{{name}}`, whatever the provider writes for it."""
    greeting: str | None = None
    """The first sentence; None lets the caller speak first."""
    variables: Mapping[str, str] = {}
    """What `{{name}}` stands for when a call brings no value of its own."""
    description: str | None = None
    max_duration_seconds: int = 600
    end_call_phrases: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    metadata: Mapping[str, str] = {}
    """Our ids ("agent_id", "workspace_id"), so that the remote object can be recognised as ours."""
    webhook: WebhookTarget | None = None
