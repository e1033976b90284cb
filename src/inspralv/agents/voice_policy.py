"""The Content-Security-Policy of pages from which a call can be started."""

from __future__ import annotations

from inspralv.foundation.services import Services
from inspralv.foundation.web.edge import content_policy
from inspralv.providers.registry import ProviderRegistry


def call_policy(services: Services) -> dict[str, str]:
    """Return the header that lets the page reach every provider of this installation, and nobody else."""
    wider: dict[str, dict[str, None]] = {}
    for provider in services.get(ProviderRegistry).values():
        for directive, sources in provider.web_call_sources.items():
            wider.setdefault(directive, {}).update(dict.fromkeys(sources.split()))
    return {"content-security-policy": content_policy({name: " ".join(sources) for name, sources in wider.items()})}
