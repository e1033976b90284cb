"""Names and values the emulated API knows (contract, sections 4, 5 and 9). Unknown names are passed over."""

from __future__ import annotations

_LLM = """
backup_model begin_after_user_silence_ms begin_message default_dynamic_variables general_prompt general_tools
is_transfer_llm kb_config knowledge_base_ids mcps model model_config model_high_priority model_temperature
model_ultrafast s2s_model start_speaker starting_state states tool_call_strict_mode
"""
_AGENT = """
agent_name allow_dtmf_interruption allow_user_dtmf ambient_sound ambient_sound_volume backchannel_frequency
backchannel_words begin_message_delay_ms boosted_keywords call_screening_option contact_memory_config
custom_stt_config data_storage_retention_days data_storage_setting denoising_enhancement_level denoising_mode
enable_backchannel enable_dnc_detection enable_dynamic_responsiveness enable_dynamic_voice_speed
enable_expressive_mode end_call_after_silence_ms expressive_emotion_tags expressive_mode_prompt fallback_voice_ids
guardrail_config handbook_config interruption_sensitivity is_transfer_agent ivr_option language max_call_duration_ms
opt_in_signed_url pii_config post_call_analysis_data post_call_analysis_model post_session_tools pre_session_tools
pronunciation_dictionary reminder_max_count reminder_trigger_ms response_engine responsiveness ring_duration_ms
signed_url_expiration_ms stt_mode timezone user_dtmf_options version_description version_title vocab_specialization
voice_id voice_model voice_speed voice_temperature voicemail_option volume webhook_events webhook_timeout_ms
webhook_url
"""
_NUMBER = """
allowed_inbound_country_list allowed_outbound_country_list auth_password auth_username codecs fallback_number
inbound_agents inbound_sms_agents inbound_sms_webhook_url inbound_webhook_url nickname outbound_agents
outbound_sms_agents termination_uri transport
"""
_MODELS = """
gpt-4.1 gpt-4.1-mini gpt-5 gpt-5-mini gpt-5-nano gpt-5.1 gpt-5.2 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.5
gpt-5.6-terra gpt-5.6-luna gpt-6-astra gpt-6-sol gpt-6.1-sol gpt-6-luna claude-4.6-sonnet claude-5-opus
claude-5.5-opus claude-5-sonnet claude-5.5-sonnet claude-5.5-haiku claude-4.5-haiku gemini-3.0-flash
gemini-3.1-flash-lite gemini-3.5-flash gemini-3.5-flash-lite gemini-3.6-flash gemini-3.7-flash gemini-3.8-flash
gemini-4-argon
"""
_SPEAKING_MODELS = """
gpt-realtime-2.1 gpt-realtime-2.1-mini gpt-realtime-2 gpt-realtime-1.5 gpt-realtime gpt-realtime-mini grok-voice-3.0
"""
_LANGUAGES = """
en-US en-IN en-GB en-AU en-NZ de-DE es-ES es-419 hi-IN fr-FR fr-CA ja-JP pt-PT pt-BR zh-CN ru-RU it-IT ko-KR nl-NL
nl-BE pl-PL tr-TR vi-VN ro-RO bg-BG ca-ES th-TH da-DK fi-FI el-GR hu-HU id-ID no-NO sk-SK sv-SE lt-LT lv-LV cs-CZ
ms-MY af-ZA ar-SA az-AZ bs-BA cy-GB fa-IR fil-PH gl-ES he-IL hr-HR hy-AM is-IS kk-KZ kn-IN mk-MK mr-IN ne-NP sl-SI
sr-RS sw-KE ta-IN ur-IN yue-CN uk-UA
"""
LLM_FIELDS = frozenset(_LLM.split())
AGENT_FIELDS = frozenset(_AGENT.split())
NUMBER_FIELDS = frozenset(_NUMBER.split())
MODELS = frozenset(_MODELS.split())
SPEAKING_MODELS = frozenset(_SPEAKING_MODELS.split())
LANGUAGES = frozenset(_LANGUAGES.split())
TOOLS = frozenset(
    {
        "end_call", "transfer_call", "press_digit", "custom", "code", "send_sms", "agent_swap", "extract_dynamic_variable",
        "bridge_transfer", "cancel_transfer", "mcp", "integration_app",
    }
)  # fmt: skip
EVENTS = frozenset(
    {
        "call_started", "call_ended", "call_analyzed", "transcript_updated", "transfer_started", "transfer_bridged",
        "transfer_cancelled", "transfer_ended",
    }
)  # fmt: skip
RANGES = {
    "voice_temperature": (0, 2), "voice_speed": (0.5, 2), "volume": (0, 2), "responsiveness": (0, 1),
    "interruption_sensitivity": (0, 1), "backchannel_frequency": (0, 1), "ambient_sound_volume": (0, 2),
    "max_call_duration_ms": (60_000, 7_200_000), "end_call_after_silence_ms": (10_000, 86_400_000),
    "begin_message_delay_ms": (0, 5_000), "ring_duration_ms": (5_000, 300_000), "data_storage_retention_days": (1, 730),
}  # fmt: skip
