from collections.abc import Callable, Iterator, Mapping

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.retell.provider import RetellProvider
from inspralv.providers.synthflow.provider import SynthflowProvider
from inspralv.providers.vapi.provider import VapiProvider

MAKERS: tuple[Callable[[BaseUrls], VoiceProvider], ...] = (
    VapiProvider,
    SynthflowProvider,
    RetellProvider,
)  # fmt: skip - one line per provider


class ProviderRegistry(Mapping[str, VoiceProvider]):
    """The providers of this installation by name."""

    def __init__(self, providers: tuple[VoiceProvider, ...]) -> None:
        self._by_name = {provider.name: provider for provider in providers}

    def __getitem__(self, name: str) -> VoiceProvider:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def build_registry(base_urls: BaseUrls) -> ProviderRegistry:
    return ProviderRegistry(tuple(make(base_urls) for make in MAKERS))
