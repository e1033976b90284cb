"""What may be kept as an integration, and which may be removed."""

from __future__ import annotations

from typing import Any

from inspralv.foundation.errors import FieldError, Invalid, Refusal
from inspralv.foundation.web.validation import find_errors
from inspralv.integrations.credentials import raw_credentials
from inspralv.integrations.schemas import Integration
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import ProviderRegistry

_OURS = {"/secret_key": "/default_secret_key", "/public_key": "/default_public_key", "/region": "/config/region"}


def require_provider(registry: ProviderRegistry, name: str) -> VoiceProvider:
    """Return the provider. Raises Invalid when this installation does not have it."""
    if name not in registry:
        offered = ", ".join(sorted(registry))
        raise Invalid(
            f"provider: Choose one of {offered}.", errors=(FieldError("/provider", f"Choose one of {offered}."),)
        )
    return registry[name]


def require_credentials(
    provider: VoiceProvider, secret_key: str, public_key: str | None, config: dict[str, Any]
) -> None:
    """Refuse what cannot be keys of the provider, before anybody is asked. Raises Invalid."""
    raw = raw_credentials(provider, secret_key, public_key, config)
    errors = tuple(
        FieldError(_OURS.get(error.pointer, error.pointer), _words(error.message), error.code)
        for error in find_errors(raw, provider.credentials)
    )
    if errors:
        raise Invalid(f"{errors[0].pointer.strip('/')}: {errors[0].message}", errors=errors)


def require_unused(integration: Integration) -> None:
    """Refuse to remove an integration that workspaces use. Raises Refusal."""
    names = [workspace.name for workspace in integration.assigned_workspaces]
    if names:
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")  # noqa: PLR2004
        raise Refusal(f"“{integration.name}” is used by {shown}. Take it away from them first.")


def _words(message: str) -> str:
    return (
        "A key has no blanks and only plain characters."
        if message == "This does not have the expected form."
        else message
    )
