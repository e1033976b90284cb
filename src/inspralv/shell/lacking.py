"""What a provider cannot do, for pages that would otherwise show an empty figure or a control that does nothing."""

from __future__ import annotations

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability
from inspralv.providers.registry import build_registry

_PROVIDERS = build_registry(BaseUrls())  # what they can do hangs on no address


def lacks(provider: str | None, ability: str) -> str | None:
    """Return the provider's label if it lacks an ability; None if it has it, or if the provider is not known. Raises
    ValueError for an ability that does not exist."""
    wanted, known = Ability(ability), _PROVIDERS.get(provider or "")
    return known.label if known and wanted not in known.abilities else None
