from inspralv.providers.contract import (
    AgentSpec,
    ApiRequest,
    CustomFunction,
    EndCall,
    ModelSpec,
    PressDigits,
    TranscriberSpec,
    TransferCall,
    TransferTarget,
    VoiceSettings,
    VoiceSpec,
    WebhookTarget,
)

MARKS = {"agent_id": "0199a0f0-0000-7000-8000-00000000000a", "workspace_id": "0199a0f0-0000-7000-8000-00000000000b"}
HOOK = "https://acme.example.com/api/webhooks/retell/token"
SCHEMA = {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}
FULL = AgentSpec(
    name="Front desk",
    description="Books and moves appointments",
    voice=VoiceSpec(provider="elevenlabs", id="11labs-Adrian", settings=VoiceSettings(speed=1.1)),
    model=ModelSpec(provider="anthropic", name="claude-5-sonnet", temperature=0.3),
    transcriber=TranscriberSpec(provider="retell", model="accurate", language="de-DE"),
    system_prompt="You work for {{business}}.\n\n  Be kind. ",
    greeting="Hello {{first_name}}!",
    variables={"first_name": "there", "business": 'Acme & Co = "best"'},
    max_duration_seconds=900,
    tools=(
        EndCall(),
        PressDigits(),
        TransferCall(
            targets=(
                TransferTarget(number="+14155550123", description="Sales", message="One moment"),
                TransferTarget(number="+14155550124"),
            )
        ),
        ApiRequest(
            name="look_up", description="Finds a customer", method="GET", url="https://crm.example.com/find",
            body={"type": "object", "properties": {"email": {"type": "string"}}}, timeout_seconds=5,
        ),
        CustomFunction(name="book", description="Books", parameters=SCHEMA, spoken="Let me see"),
        CustomFunction(
            name="note", description="Notes", parameters=SCHEMA, server_url="https://own.example.com", is_async=True
        ),
    ),
    metadata=MARKS,
    webhook=WebhookTarget(url=HOOK, secret=""),
)  # fmt: skip
PLAIN = AgentSpec(
    name="Plain",
    voice=VoiceSpec(provider="platform", id="retell-Cimo"),
    model=ModelSpec(provider="openai", name="gpt-4.1"),
    transcriber=TranscriberSpec(provider="retell"),
)
