from pathlib import Path

import pytest

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability
from inspralv.providers.registry import build_registry

REGISTRY = build_registry(BaseUrls())
SOURCE = Path(__file__).parents[2] / "src" / "inspralv"


def test_providers_are_found_by_name() -> None:
    assert set(REGISTRY) == {one.parent.name for one in (SOURCE / "providers").glob("*/provider.py")}
    assert REGISTRY["vapi"].label == "Vapi"
    with pytest.raises(KeyError):
        REGISTRY["unknown"]


@pytest.mark.parametrize("name", list(REGISTRY))
def test_every_provider_has_a_folder_and_says_what_it_can(name: str) -> None:
    assert (SOURCE / "providers" / name).is_dir()
    assert Ability.AGENTS in REGISTRY[name].abilities
    options = REGISTRY[name].options
    assert {choice.value for choice in options.model_providers} == set(options.models)
    assert {choice.value for choice in options.voice_providers} == set(options.voice_settings)
    makers = {choice.value for choice in options.transcriber_providers}
    assert makers == set(options.transcriber_models) == set(options.languages)
