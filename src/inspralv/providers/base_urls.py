from collections.abc import Mapping

from msgspec import Struct


class BaseUrls(Struct, frozen=True):
    """Addresses that stand in for the vendors' own: by provider ("name"), by provider and region ("name:eu"), or for
    every provider ("*", whose address may hold a * for the provider's name). An empty one is the vendor's own."""

    by_name: Mapping[str, str] = {}

    def of(self, provider: str, region: str | None = None) -> str | None:
        """The address to use, the most particular one first; None for the vendor's own."""
        for name in (f"{provider}:{region}", provider, "*"):
            if name in self.by_name:
                return self.by_name[name].replace("*", provider) or None
        return None
