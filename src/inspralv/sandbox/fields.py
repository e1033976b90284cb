"""Names and values the emulated API knows (Vapi contract, sections 3 to 7). Everything else is refused."""

from __future__ import annotations

_ASSISTANT = """
name firstMessage firstMessageMode firstMessageInterruptionsEnabled model voice transcriber maxDurationSeconds serverMessages
clientMessages server analysisPlan artifactPlan monitorPlan voicemailDetection voicemailMessage endCallMessage endCallPhrases
backgroundSound startSpeakingPlan stopSpeakingPlan compliancePlan hooks credentials credentialIds keypadInputPlan
observabilityPlan transportConfigurations metadata modelOutputInMessagesEnabled backgroundSpeechDenoisingPlan
"""
_WEB_CALL = """
assistantId assistant assistantOverrides assistantVersion squadId squad squadOverrides workflowId workflow workflowOverrides
roomDeleteOnUserLeaveEnabled
"""
_CALL = """
assistantId assistant assistantOverrides assistantVersion squadId squad squadOverrides workflowId workflow workflowOverrides
phoneNumberId phoneNumber customer customers customerId schedulePlan name transport
"""
_PHONE = """
provider number name assistantId squadId workflowId server fallbackDestination hooks smsEnabled sipUri numberDesiredAreaCode
credentialId twilioAccountSid twilioAuthToken twilioApiKey twilioApiSecret numberE164CheckEnabled authentication
"""
_SERVER = "url timeoutSeconds credentialId headers backoffPlan staticIpAddressesEnabled encryptedPaths"
_CUSTOMER = "number name email externalId extension sipUri numberE164CheckEnabled assistantOverrides squadOverrides"
_MODELS = """
anthropic anthropic-bedrock anyscale cerebras custom-llm deepinfra deep-seek google groq inflection-ai minimax openai
openrouter perplexity-ai together-ai xai vapi
"""
_VOICES = """
11labs azure cartesia custom-voice deepgram hume inworld lmnt microsoft minimax neuphonic openai playht rime-ai sesame
smallest-ai tavus vapi wellsaid xai
"""
_TRANSCRIBERS = """
11labs assembly-ai azure cartesia custom-transcriber deepgram gladia google openai soniox speechmatics talkscriber vapi xai
"""
_SERVER_MESSAGES = """
assistant.started assistant.speechStarted conversation-update end-of-call-report function-call hang language-changed
language-change-detected model-output phone-call-control speech-update status-update transcript
transcript[transcriptType="final"] tool-calls transfer-destination-request handoff-destination-request transfer-update
user-interrupted voice-input chat.created chat.deleted session.created session.updated session.deleted call.deleted
call.delete.failed call.artifact.upload
"""

ASSISTANT_FIELDS = frozenset(_ASSISTANT.split())
OVERRIDE_FIELDS = ASSISTANT_FIELDS | {"variableValues", "tools:append"}
WEB_CALL_FIELDS = frozenset(_WEB_CALL.split())
CALL_FIELDS = frozenset(_CALL.split())
PHONE_FIELDS = frozenset(_PHONE.split())
SERVER_FIELDS = frozenset(_SERVER.split())
CUSTOMER_FIELDS = frozenset(_CUSTOMER.split())
SCHEDULE_FIELDS = frozenset({"earliestAt", "latestAt"})
CREDENTIAL_FIELDS = frozenset({"provider", "authenticationPlan", "encryptionPlan", "name"})
CREDENTIALS = frozenset({"custom-credential", "byo-sip-trunk"})
TRUNK_FIELDS = frozenset(
    {
        "provider", "name", "gateways", "outboundAuthenticationPlan", "outboundLeadingPlusEnabled", "techPrefix",
        "sipDiversionHeader",
    }
)  # fmt: skip
GATEWAY_FIELDS = frozenset(
    {"ip", "port", "netmask", "inboundEnabled", "outboundEnabled", "outboundProtocol", "optionsPingEnabled"}
)
TRUNK_PLAN_FIELDS = frozenset({"authUsername", "authPassword", "sipRegisterPlan"})
SIP_PROTOCOLS = frozenset({"tls/srtp", "tcp", "tls", "udp"})

MODELS = frozenset(_MODELS.split())
VOICES = frozenset(_VOICES.split())
TRANSCRIBERS = frozenset(_TRANSCRIBERS.split())
SERVER_MESSAGES = frozenset(_SERVER_MESSAGES.split())
SPEAKERS = frozenset(
    {"assistant-speaks-first", "assistant-speaks-first-with-model-generated-message", "assistant-waits-for-user"}
)
PHONE_PROVIDERS = frozenset({"twilio", "vonage", "telnyx", "vapi", "byo-phone-number"})
PHONE_NEEDS = {
    "twilio": ("number", "twilioAccountSid"),
    "vonage": ("number", "credentialId"),
    "telnyx": ("number", "credentialId"),
    "byo-phone-number": ("credentialId",),
    "vapi": (),
}
PLAN_NEEDS = {
    "bearer": ("token",),
    "hmac": ("secretKey", "algorithm"),
    "oauth2": ("url", "clientId", "clientSecret"),
}
ALGORITHMS = frozenset({"sha1", "sha256", "sha512"})
