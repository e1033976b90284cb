"""What a starting point is."""

from __future__ import annotations

import msgspec


class PromptTemplate(msgspec.Struct, frozen=True):
    """`{business}` in the texts stands for the workspace's name."""

    key: str
    label: str
    purpose: str
    icon: str
    greeting: str
    prompt: str

    def greeting_for(self, business: str) -> str:
        """Return the first sentence with the name filled in."""
        return self.greeting.replace("{business}", business)

    def prompt_for(self, business: str) -> str:
        """Return the instructions with the name filled in."""
        return self.prompt.replace("{business}", business).strip()
