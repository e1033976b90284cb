"""Who runs the platform, as the legal pages name it."""

from __future__ import annotations

import msgspec


class Operator(msgspec.Struct, frozen=True):
    """Empty where the operator has not said it yet. `register` is entry and tax number, as the law of the place asks."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    register: str = ""

    @property
    def lacking(self) -> tuple[str, ...]:
        """The settings that have to be given before the legal pages are complete."""
        needed = {"NAME": self.name, "ADDRESS": self.address, "EMAIL": self.email}
        return tuple(f"INSPRALV_OPERATOR_{name}" for name, value in needed.items() if not value)
