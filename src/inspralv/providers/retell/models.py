"""Model makers by the names of the models, which is all that Retell has of them (contract section 4)."""

from typing import Any

MAKERS = {
    "openai": (
        "gpt-5.6-terra", "gpt-5.6-luna", "gpt-5.5", "gpt-5.4", "gpt-5.4-mini", "gpt-5.4-nano", "gpt-5.2", "gpt-5.1",
        "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt-4.1-mini", "gpt-6-astra", "gpt-6-sol", "gpt-6.1-sol",
        "gpt-6-luna",
    ),
    "anthropic": (
        "claude-5.5-opus", "claude-5.5-sonnet", "claude-5.5-haiku", "claude-5-opus", "claude-5-sonnet",
        "claude-4.6-sonnet", "claude-4.5-haiku",
    ),
    "google": (
        "gemini-4-argon", "gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.6-flash", "gemini-3.5-flash",
        "gemini-3.5-flash-lite", "gemini-3.1-flash-lite", "gemini-3.0-flash",
    ),
}  # fmt: skip
_PREFIXES = {"gpt-": "openai", "claude-": "anthropic", "gemini-": "google", "grok-": "xai"}
_BY_SOUND = ("gpt-realtime", "grok-voice")
"""Models that hear and speak themselves."""


def maker_of(model: str) -> str:
    return next((maker for prefix, maker in _PREFIXES.items() if model.startswith(prefix)), "openai")


def model_json(name: str, temperature: float | None) -> dict[str, Any]:
    """The `model_config`. The temperature is always said: what is left out stays as it was (contract section 4)."""
    kind = "s2s" if name.startswith(_BY_SOUND) else "cascading"
    return {"type": kind, "primary": {"model": name}, "temperature": temperature or 0}
